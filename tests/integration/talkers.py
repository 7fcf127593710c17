"""People with the reference client who talk without pause, and write down what they see."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from client import Account, Client, Event, MessageEvent, MessageUpdated, Offline, Online, RoomReset
from tests.integration.people import PASSWORD
from tests.patience import until

MOVING = "The server is restarting."
_PAUSE_SECONDS = 0.1
_PAGE = 100


class Talker:
    """One person."""

    def __init__(self, account: Account, client: Client) -> None:
        self.account = account
        self.client = client
        self.said: dict[str, list[str]] = defaultdict(list)
        self.heard: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.shown: list[str] = []
        """What went wrong before this person's eyes."""
        self.welcomes = 0

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, rooms: Sequence[str]) -> AsyncIterator[Self]:
        """A new account, in these rooms."""
        async with AsyncExitStack() as stack:
            account = await stack.enter_async_context(Account(url))
            await account.register(f"talker-{secrets.token_hex(6)}", PASSWORD)
            client = await stack.enter_async_context(Client(url, account.token))
            talker, events = cls(account, client), client.events()
            for room in rooms:
                joined = await client.join(room)
                talker.heard[room] = [(message.revision, message.body) for message in joined.messages]
            listening = asyncio.create_task(talker._listen(events))
            try:
                yield talker
            finally:
                listening.cancel()
                await asyncio.wait([listening])

    async def talk(self, rooms: Sequence[str], enough: asyncio.Event) -> None:
        """Say something in each room in turn. Whatever the server refuses is raised."""
        while not enough.is_set():
            for room in rooms:
                body = secrets.token_hex(8)
                await self.client.send(room, body)
                self.said[room].append(body)
            await asyncio.sleep(_PAUSE_SECONDS)  # people breathe

    async def history(self, room: str) -> list[tuple[int, str]]:
        """All that is stored, oldest first."""
        stored: list[tuple[int, str]] = []
        before = 1_000_000
        while page := await self.client.history(room, before, _PAGE):
            stored += [(message.revision, message.body) for message in page]
            before = page[-1].seq
        return stored[::-1]

    async def _listen(self, events: AsyncIterator[Event]) -> None:
        async for event in events:
            match event:
                case MessageEvent(room=room) | MessageUpdated(room=room):
                    self.heard[room].append((event.revision, event.message.body))
                case RoomReset(room=room):
                    self.shown.append(f"{room} begins anew")
                case Online():
                    self.welcomes += 1
                case Offline(reason=reason, retry_seconds=seconds) if reason != MOVING:
                    self.shown.append(f"{reason} {seconds}")


async def prove(talkers: Sequence[Talker], rooms: Sequence[str]) -> None:
    """What was said is stored once, in its speaker's order; everybody has heard all of it, once, in the room's order."""
    for room in rooms:
        stored = await talkers[0].history(room)
        assert [revision for revision, _ in stored] == list(range(1, len(stored) + 1))
        bodies = [body for _, body in stored]
        assert sorted(bodies) == sorted(body for talker in talkers for body in talker.said[room])
        for talker in talkers:
            mine = set(talker.said[room])
            assert [body for body in bodies if body in mine] == talker.said[room]
            heard = talker.heard[room]
            await until(lambda heard=heard, last=stored[-1]: heard[-1] == last)
            assert heard == stored[len(stored) - len(heard) :]
    assert {shown for talker in talkers for shown in talker.shown} == set()
