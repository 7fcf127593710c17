"""Files from an upload to a download, with the whole product between them."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import ClientResponse
from PIL import ExifTags, Image

from client import Account, Client, MessageEvent
from client.model import Attachment
from tests.integration.uploads import refusal
from tests.message_service import pictures
from tests.message_service.photographs import SECRET, photograph
from tests.metrics import metric
from tests.patience import PATIENCE_SECONDS
from tests.processes import Processes, free_port, parlance

SETTINGS = {
    "PARLANCE_LOGINS_PER_MINUTE": "100000",
    "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000",
    "PARLANCE_UPLOADS_PER_MINUTE": "100000",
    "PARLANCE_PASSWORD_MEMORY_KIB": "64",
    "PARLANCE_PASSWORD_ROUNDS": "1",
}
CONTENT = bytes(range(256)) * 4000
MOST = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def url(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> str:
    port, data = free_port(), tmp_path_factory.mktemp("files")
    url = f"http://127.0.0.1:{port}"
    processes.start("files", parlance("up", "--port", str(port), "--data", str(data)), SETTINGS).await_ready(url)
    return url


class Person:
    """Somebody with an account, and what can be done over HTTP."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.account = Account(url)
        self._http = http
        self._url = url

    async def get(self, room: str, file: Attachment, query: str = "", **headers: str) -> ClientResponse:
        """Download a file, read to its end."""
        return await self.request("GET", f"rooms/{room}/attachments/{file.id}{query}", headers=headers)

    async def request(self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any) -> Any:
        """Make a call and read its answer to the end."""
        token = (await self.account.token()).value
        headers = {"Authorization": f"Bearer {token}"} | (headers or {})
        response = await self._http.request(method, f"{self._url}/api/{path}", headers=headers, **rest)
        await response.read()
        return response

    async def say(self, room: str, *files: Attachment, body: str = "") -> Any:
        """Send a message with files."""
        attachments = [file.id for file in files]
        return await self.account.call("POST", f"rooms/{room}/messages", {"body": body, "attachments": attachments})


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def somebody(url: str, http: aiohttp.ClientSession) -> AsyncIterator[Person]:
    person = Person(url, http)
    async with person.account:
        await person.account.register(f"u{uuid4().hex[:12]}", "correct horse battery")
        yield person


@pytest.fixture
async def ann(url: str, http: aiohttp.ClientSession) -> AsyncIterator[Person]:
    async for person in somebody(url, http):
        yield person


@pytest.fixture
async def bob(url: str, http: aiohttp.ClientSession) -> AsyncIterator[Person]:
    async for person in somebody(url, http):
        yield person


@pytest.fixture
async def room(ann: Person) -> str:
    """A room of Ann's."""
    created: str = (await ann.account.call("POST", "rooms", {"name": f"room {uuid4().hex[:12]}"}))["id"]
    return created


async def reason(response: ClientResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    return response.status, (await response.json())["reason"]


async def test_a_file_goes_to_a_room_and_comes_back(ann: Person, bob: Person, room: str) -> None:
    file = await ann.account.upload(room, "notes & plans.bin", CONTENT)
    assert (file.name, file.size_bytes) == ("notes & plans.bin", len(CONTENT))
    message = await ann.say(room, file)
    assert [attachment["id"] for attachment in message["attachments"]] == [file.id]
    await bob.account.call("POST", f"rooms/{room}/join")
    assert await bob.account.download(room, file.id) == CONTENT


async def test_a_file_is_heard_of_live(url: str, ann: Person, bob: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.png", pictures.image())
    async with Client(url, bob.account.token) as client:
        await client.join(room)
        events = client.events()
        await ann.say(room, file)
        async for event in events:
            if isinstance(event, MessageEvent):
                assert event.message.attachments == [file]
                break


async def test_a_deleted_message_takes_its_file_along(url: str, ann: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    async with Client(url, ann.account.token) as client:
        await client.join(room)
        sent = await client.send(room, "", attachments=[file.id])
        assert (await client.delete(room, sent.id)).attachments == []
    assert await reason(await ann.get(room, file)) == (404, "ATTACHMENT_NOT_FOUND")


async def test_a_deleted_room_takes_its_files_along(ann: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    await ann.say(room, file)
    await ann.account.call("DELETE", f"rooms/{room}")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (response := await ann.get(room, file)).status == 200:  # noqa: ASYNC110  # nobody tells when
            await asyncio.sleep(0.05)  # the files go after the room has gone
    gone = {(403, "NOT_A_MEMBER"), (404, "ATTACHMENT_NOT_FOUND")}
    assert await reason(response) in gone  # that Ann was a member is remembered for a while


async def test_who_is_not_in_the_room_gets_nothing(ann: Person, bob: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    await ann.say(room, file)
    assert await reason(await bob.get(room, file)) == (403, "NOT_A_MEMBER")
    upload = await bob.request("POST", f"rooms/{room}/attachments", data=CONTENT)
    assert await reason(upload) == (403, "NOT_A_MEMBER")


async def test_nobody_gets_anything_without_a_token(
    url: str, http: aiohttp.ClientSession, ann: Person, room: str
) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    async with http.get(f"{url}/api/rooms/{room}/attachments/{file.id}") as response:
        assert response.status == 401


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=261119-261121", 261_119, 261_122),
        ("bytes=1000000-", 1_000_000, None),
        ("bytes=-5", -5, None),
    ],
)
async def test_a_part_of_a_file_can_be_had(ann: Person, room: str, wanted: str, begin: int, end: int | None) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    response = await ann.get(room, file, Range=wanted)
    first = begin % len(CONTENT)
    last = (end or len(CONTENT)) - 1
    assert response.status == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert await response.read() == CONTENT[begin:end]


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=a-b", pytest.param(f"bytes={'9' * 5000}-", id="far")],
)
async def test_what_cannot_be_had_as_one_part_comes_whole(ann: Person, room: str, wanted: str) -> None:
    file = await ann.account.upload(room, "a.bin", b"0123456789")
    response = await ann.get(room, file, Range=wanted)
    assert (response.status, await response.read()) == (200, b"0123456789")


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=99-100", "bytes=-0"])
async def test_a_part_that_does_not_exist_is_refused(ann: Person, room: str, wanted: str) -> None:
    file = await ann.account.upload(room, "a.bin", b"0123456789")
    response = await ann.get(room, file, Range=wanted)
    assert await reason(response) == (416, "RANGE_NOT_SATISFIABLE")
    assert response.headers["Content-Range"] == "bytes */10"


async def test_what_is_known_need_not_be_fetched_again(ann: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    first = await ann.get(room, file)
    assert "immutable" in first.headers["Cache-Control"]
    again = await ann.get(room, file, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    whole = await ann.get(room, file, Range="bytes=0-1", **{"If-Range": '"another"'})
    assert whole.status == 200
    part = await ann.get(room, file, Range="bytes=0-1", **{"If-Range": first.headers["ETag"]})
    assert part.status == 206


async def test_an_image_is_shown_and_has_a_thumbnail(ann: Person, room: str) -> None:
    file = await ann.account.upload(room, "red.png", pictures.image())
    response = await ann.get(room, file)
    assert response.content_type == "image/png"
    assert response.headers["Content-Disposition"].startswith("inline;")
    small = await ann.get(room, file, "?size=thumbnail")
    assert small.content_type == "image/webp"
    assert small.headers["ETag"] != response.headers["ETag"]
    assert (await small.read())[8:12] == b"WEBP"


async def test_a_photograph_is_downloaded_without_its_position(ann: Person, bob: Person, room: str) -> None:
    taken = photograph("JPEG", orientation=6)
    file = await ann.account.upload(room, "beach.jpg", taken)
    await ann.say(room, file)
    await bob.account.call("POST", f"rooms/{room}/join")
    downloaded = await bob.account.download(room, file.id)
    assert len(downloaded) == file.size_bytes < len(taken)
    assert SECRET.encode() in taken
    assert SECRET.encode() not in downloaded
    with Image.open(io.BytesIO(taken)) as before, Image.open(io.BytesIO(downloaded)) as after:
        assert dict(after.getexif()) == {ExifTags.Base.Orientation: 6}
        assert after.tobytes() == before.tobytes()


async def test_a_file_that_is_no_image_has_no_thumbnail(ann: Person, room: str) -> None:
    file = await ann.account.upload(room, "a.bin", CONTENT)
    assert await reason(await ann.get(room, file, "?size=thumbnail")) == (404, "NO_THUMBNAIL")


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><script>alert(1)</script>", b"<svg onload='alert(1)'/>"])
@pytest.mark.parametrize("name", ["page.html", "picture.png"])
async def test_nothing_is_ever_served_as_a_page(ann: Person, room: str, name: str, content: bytes) -> None:
    path = f"rooms/{room}/attachments?name={name}"
    uploaded = await ann.request("POST", path, data=content, headers={"Content-Type": "text/html"})
    response = await ann.request("GET", f"rooms/{room}/attachments/{(await uploaded.json())['id']}")
    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


async def test_a_name_in_any_script_survives(ann: Person, room: str) -> None:
    file = await ann.account.upload(room, 'Grüße "von" 東京.txt', b"Hello")
    disposition = (await ann.get(room, file)).headers["Content-Disposition"]
    assert disposition == (
        'attachment; filename="Gr__e _von_ __.txt"; '
        "filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22von%22%20%E6%9D%B1%E4%BA%AC.txt"
    )


@pytest.mark.parametrize("body", [bytes(MOST + 1), [bytes(65536)] * (MOST // 65536 + 1)], ids=["announced", "pieces"])
async def test_a_file_that_is_too_large_is_refused(url: str, ann: Person, room: str, body: bytes | list[bytes]) -> None:
    token = (await ann.account.token()).value
    status, problem = await refusal(f"{url}/api/rooms/{room}/attachments", token, body)
    assert (status, problem["reason"]) == (413, "BODY_TOO_LARGE")


async def test_an_empty_file_is_refused(ann: Person, room: str) -> None:
    assert await reason(await ann.request("POST", f"rooms/{room}/attachments")) == (400, "ATTACHMENT_EMPTY")


async def test_an_upload_that_breaks_off_stores_nothing(url: str, ann: Person, room: str) -> None:
    before = await metric(url, "parlance_attachments_stored_total")
    reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
    token = (await ann.account.token()).value
    head = f"POST /api/rooms/{room}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    writer.write(f"{head}Content-Length: 100000\r\n\r\n".encode() + bytes(50_000))
    await writer.drain()
    writer.write_eof()
    await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    await ann.account.upload(room, "whole", b"whole")
    assert await metric(url, "parlance_attachments_stored_total") == before + 1
