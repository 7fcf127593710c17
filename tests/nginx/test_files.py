"""Files that people send, through nginx."""

import io

import aiohttp

from edge.rest.attachments import MAX_ATTACHMENT_BYTES
from tests.integration.people import new_room, register
from tests.integration.uploads import refusal
from tests.nginx.front import FrontDoor


async def test_as_much_of_a_file_passes_as_an_edge_takes(front: FrontDoor, http: aiohttp.ClientSession) -> None:
    ann = await register(http, front.url)
    files = f"{front.url}/api/rooms/{(await new_room(ann))['id']}/attachments"
    content = bytes(MAX_ATTACHMENT_BYTES)
    authorization = {"Authorization": f"Bearer {ann.token}"}
    async with http.post(files, data=io.BytesIO(content), headers=authorization) as response:
        assert response.status == 201
        file = await response.json()
    async with http.get(f"{files}/{file['id']}", headers=authorization) as response:
        assert await response.read() == content
    status, problem = await refusal(files, ann.token, content + b"!")
    assert (status, problem["reason"]) == (413, "BODY_TOO_LARGE")
