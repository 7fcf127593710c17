"""The terminal client between its screen and the server: the rooms, what is on its way, and what is shown of both."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cli.chat.rooms import Room, Rooms
from cli.chat.screen import Screen
from client import Account, Client, ClientError, JoinAck, Message, Refused, Stopped

OPENING_MESSAGES = 15
"""So many messages are shown of a room that is opened, and all that are unread."""

ECHO_SECONDS = 2.0
"""So long a stored message may take to come back to its room, before it is not called pending any more."""


class Complaint(Exception):
    """What a person asked for makes no sense here; the text says why."""


@dataclass(frozen=True)
class Pending:
    """One's own message on its way; `stored` is set when it comes back among the room's messages."""

    body: str
    stored: asyncio.Event = field(default_factory=asyncio.Event)


class Chat:
    """What the program can do; commands ask it to, and `news` tells it what others did."""

    def __init__(self, account: Account, client: Client, screen: Screen) -> None:
        self.account = account
        self.client = client
        self.screen = screen
        self.rooms = Rooms()
        self.pending: dict[str, Pending] = {}
        """By message id, in the order of writing."""
        self.ready = asyncio.Event()
        """Set once the server has said welcome for the first time."""
        self.failed = False
        """Whether a message could not be sent."""
        self._sending: set[asyncio.Task[None]] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._marking: set[str] = set()
        self._previous: Message | None = None

    @property
    def me(self) -> str:
        """One's own user id."""
        return self.client.user.id if self.client.user else ""

    @property
    def room(self) -> Room:
        """The open room."""
        if self.rooms.open is None:
            raise Complaint("No room is open. /join ROOM enters one.")
        return self.rooms.open

    def say(self, text: str) -> None:
        """Tell the person something."""
        self.screen.show(self.screen.view.notice(text))

    def divide(self, text: str) -> None:
        """Begin a new part."""
        self.screen.show([self.screen.view.divider(text)])

    def show(self, room: Room, message: Message) -> None:
        """Show a message of the open room, and mark it as read."""
        lines = self.screen.view.message(message, self._previous, room.find(message.reply_to))
        self.screen.show(lines)
        self._previous = message
        self.mark_read(room, message.seq)

    async def open(self, name: str) -> Room:
        """Open a room, by name or id; becomes a member if need be."""
        room = self.rooms.named(name)
        if room is None or not room.loaded:
            room = self._load(await self.client.join(room.id if room else name))
        self._open(room)
        return room

    async def reload(self, room: Room) -> None:
        """Load a room anew of which too much was missed."""
        self._load(await self.client.join(room.id))
        if room is self.rooms.open:
            self.say("You were away for long. These are the last messages; /history shows earlier ones.")
            self._open(room)

    def send(self, body: str, reply_to: str | None = None) -> None:
        """Send to the open room. Shown as pending at once; what happens to it later is told."""
        task = asyncio.create_task(self._send(self.room.id, body, reply_to))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def settle(self) -> None:
        """Wait until all that was sent has been shown or refused."""
        while self._sending:
            await asyncio.wait(self._sending)

    def mark_read(self, room: Room, seq: int) -> None:
        """Tell the server how far one has read; many marks in a row become one."""
        room.read_seq = max(room.read_seq, seq)
        if room.id not in self._marking:
            self._marking.add(room.id)
            self.spawn(self._mark_read(room))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something for which nobody waits. If the server does not want it, that is no news."""
        task = asyncio.create_task(_quietly(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def close(self) -> None:
        """Leave everything that is not done undone."""
        tasks = self._sending | self._background
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _load(self, joined: JoinAck) -> Room:
        room = self.rooms.learn(joined.summary, self.me)
        room.load(joined.messages, joined.revision)
        return room

    def _open(self, room: Room) -> None:
        self.rooms.open = room
        self._previous = None
        self.divide(room.name)
        read_seq = room.read_seq
        messages = room.last(max(OPENING_MESSAGES, room.unread))
        for position, message in enumerate(messages):
            if message.seq == read_seq + 1 and position:
                self.divide("new")
            self.show(room, message)
        if not messages:
            self.say("Nobody has said anything yet. Write the first line.")

    async def _send(self, room_id: str, body: str, reply_to: str | None) -> None:
        message_id, pending = str(uuid4()), Pending(body)
        self.pending[message_id] = pending
        try:
            await self.client.send(room_id, body, reply_to, message_id=message_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(ECHO_SECONDS):
                    await pending.stored.wait()
        except (Refused, Stopped) as error:
            self.failed = True
            self.screen.show(self.screen.view.failure(body, str(error)))
        finally:
            del self.pending[message_id]
            self.screen.refresh()

    async def _mark_read(self, room: Room) -> None:
        try:
            told = 0
            while told < room.read_seq:
                told = room.read_seq
                await self.client.mark_read(room.id, told)
        finally:
            self._marking.discard(room.id)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    with suppress(ClientError):
        await work
