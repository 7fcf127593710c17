import re

import pytest

from tests.edge.rest.conftest import Api

LOADED = re.compile(r'(?:src|href)="(/docs/[^"]+)"|from "\./([^"]+)"')


async def loaded_by(api: Api, path: str) -> set[str]:
    """What a page or script loads, and what that loads."""
    response = await api("GET", path)
    assert response.status == 200, path
    found = {page or f"/docs/{script}" for page, script in LOADED.findall(await response.text())}
    for other in set(found):
        found |= await loaded_by(api, other)
    return found


async def test_the_page_and_all_that_it_loads_are_served_here(api: Api) -> None:
    loaded = await loaded_by(api, "/docs")
    assert {"/docs/docs.css", "/docs/docs.js", "/docs/schema.js"} <= loaded


async def test_the_page_runs_nothing_that_is_not_a_file_of_ours(api: Api) -> None:
    response = await api("GET", "/docs")
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "'unsafe-" not in response.headers["Content-Security-Policy"]
    page = await response.text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert "https://" not in page


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/docs", "text/html"),
        ("/docs/docs.css", "text/css"),
        ("/docs/docs.js", "text/javascript"),
        ("/openapi.json", "application/json"),
        ("/asyncapi.json", "application/json"),
    ],
)
async def test_each_file_says_what_it_is(path: str, content_type: str, api: Api) -> None:
    response = await api("GET", path)
    assert (response.content_type, response.charset) == (content_type, "utf-8")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_documents_describe_what_is_served(api: Api) -> None:
    assert "/api/auth/me" in (await (await api("GET", "/openapi.json")).json())["paths"]
    assert (await (await api("GET", "/asyncapi.json")).json())["asyncapi"] == "3.0.0"
