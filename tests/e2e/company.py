"""Others in a room."""

from collections.abc import Iterable

import aiohttp

from tests.e2e.conftest import Arrive
from tests.e2e.visitor import Visitor
from tests.integration.people import register


async def two_in_a_room(arrive: Arrive, room: str, *, bobs_url: str = "") -> tuple[Visitor, Visitor]:
    """Ada and Bob, on two edges, in a new room."""
    ada, bob = await arrive("Ada"), await arrive("Bob", bobs_url)
    path = (await ada.open_new_room(room)).split("/rooms/")[1]
    await bob.enter(f"{bob.page.url.rstrip('/')}/rooms/{path}")
    return ada, bob


async def somebody_says(room_url: str, lines: Iterable[str]) -> None:
    """A third person, without a browser, says all of it without a pause in a public room, and goes."""
    url, room = room_url.split("/rooms/")
    async with aiohttp.ClientSession() as http:
        person = await register(http, url)
        async with person.connected() as socket:
            await socket.ask("join_room", room=room)
            for line in lines:
                assert (await socket.send(room, line))["type"] == "ack"
