"""People with the reference client who write, edit, react and delete without pause, and note what they see."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Self
from uuid import uuid4

from client import (
    Account,
    Backoff,
    Client,
    Event,
    Message,
    MessageEvent,
    MessageUpdated,
    Offline,
    Refused,
    RoomReset,
)
from tests.chaos.records import Attendance, Record, State
from tests.integration.people import PASSWORD

_REMEMBERED = 20
_EDIT, _REACT, _DELETE = 0.06, 0.1, 0.12


def state(message: Message) -> State:
    """What is kept of a message."""
    deleted = message.deleted_at is not None
    return State(message.id, message.revision, message.sender.name, message.body, deleted, message.seq)


class Participant:
    """One of them."""

    def __init__(self, client: Client, record: Record, chance: random.Random, stored: dict[str, int]) -> None:
        self.client = client
        self.record = record
        self.acknowledged = 0
        """How many messages and changes of its own were stored."""
        self._chance = chance
        self._stored = stored
        self._acting = asyncio.Lock()
        self._gone: set[str] = set()
        self._mine: dict[str, list[str]] = {}

    @classmethod
    @asynccontextmanager
    async def joined(
        cls, url: str, rooms: Sequence[str], chance: random.Random, stored: dict[str, int]
    ) -> AsyncIterator[Self]:
        """A new account, in these rooms. `stored` is shared: up to which revision each room is acknowledged to anybody."""
        async with AsyncExitStack() as stack:
            account = await stack.enter_async_context(Account(url))
            name = f"chaos-{secrets.token_hex(6)}"
            await account.register(name, PASSWORD)
            client = await stack.enter_async_context(Client(url, account.token, backoff=Backoff()))
            yield await stack.enter_async_context(cls(client, Record(name), chance, stored).present(rooms))

    @asynccontextmanager
    async def present(self, rooms: Sequence[str] = ()) -> AsyncIterator[Self]:
        """Enter these rooms, and listen until the block ends."""
        events = self.client.events()
        for room in rooms:
            await self._load(room)
        listening = asyncio.create_task(self._listen(events))
        try:
            yield self
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    def revision(self, room: str) -> int:
        """Up to where it has seen a room."""
        return self.record.rooms[room].revision

    def rooms(self) -> list[str]:
        """Where it is."""
        return [room for room, view in self.record.rooms.items() if not view.left]

    async def talk(self, pause_seconds: float, enough: asyncio.Event) -> None:
        """Do something in one of its rooms, again and again. What is refused is noted."""
        while not enough.is_set():
            await asyncio.sleep(self._chance.uniform(0, 2 * pause_seconds))
            if not (rooms := self.rooms()):
                continue
            room = self._chance.choice(rooms)
            try:
                async with self._acting:
                    await self._act(room)
            except Refused as refused:
                self.record.shown.append(str(refused))

    async def log(self, room: str) -> list[State]:
        """All messages as they stand, oldest first."""
        stored: list[State] = []
        before = 2**31
        while page := await self.client.history(room, before, 100):
            stored += map(state, page)
            before = page[-1].seq
        return stored[::-1]

    async def leave(self) -> None:
        """Leave a room, once what was begun there is done; nothing of it may be seen afterwards."""
        room = self.rooms()[0]
        self.record.rooms[room].left = True
        async with self._acting:
            await self.client.leave(room)
        self._gone.add(room)

    async def _act(self, room: str) -> None:
        mine, dice = self._mine.setdefault(room, []), self._chance.random()
        if not mine or dice >= _DELETE:
            done = await self._say(room, mine)
        else:
            try:
                done = await self._change(room, mine, dice)
            except Refused as refused:
                if not self._passes(refused):
                    raise
                self.record.put_off += 1
                return
        self._stored[room] = max(self._stored.get(room, 0), done.revision)
        self.acknowledged += 1

    async def _change(self, room: str, mine: list[str], dice: float) -> Message:
        if dice < _EDIT:
            return await self.client.edit(room, self._chance.choice(mine), f"edited {secrets.token_hex(4)}")
        if dice < _REACT:
            return await self.client.react(room, self._chance.choice(mine), "👍", on=self._chance.random() < 0.5)
        return await self.client.delete(room, mine.pop(0))

    async def _say(self, room: str, mine: list[str]) -> Message:
        message_id = str(uuid4())
        self.record.attempted.add(message_id)
        message = await self._send(room, message_id)
        self.record.attempted.discard(message_id)
        self.record.acknowledged[room].append(message_id)
        mine.append(message_id)
        del mine[:-_REMEMBERED]
        return message

    async def _send(self, room: str, message_id: str) -> Message:
        return await self.client.send(room, secrets.token_hex(20), message_id=message_id)

    def _passes(self, refused: Refused) -> bool:
        """Whether a change that was refused may be tried again later."""
        return refused.code == "unavailable"

    async def _load(self, room: str) -> None:
        answer = await self.client.join(room)
        self.record.rooms.setdefault(room, Attendance()).begin(answer.revision, map(state, answer.messages))

    async def _listen(self, events: AsyncIterator[Event]) -> None:
        async for event in events:
            await self._take(event)

    async def _take(self, event: Event) -> None:
        match event:
            case MessageEvent(room=room) | MessageUpdated(room=room):
                self._hear(room, state(event.message))
            case RoomReset(room=room):
                self.record.resets += 1
                with suppress(Refused):
                    await self._load(room)
            case Offline(retry_seconds=None, reason=reason):
                self.record.shown.append(f"stopped for good: {reason}")

    def _hear(self, room: str, heard: State) -> None:
        attendance = self.record.rooms.setdefault(room, Attendance())
        if room in self._gone:
            self.record.shown.append(f"has heard {room} after leaving it")
        elif heard.revision <= attendance.since:
            self.record.shown.append(f"has heard {heard.revision} of {room}, which the answer to its join covered")
        else:
            attendance.event(heard)
