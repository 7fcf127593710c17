"""`Client`: what programs use."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import aiohttp
from yarl import URL

from client.backoff import Backoff
from client.connection import Connection
from client.errors import AccountError, Stopped
from client.events import Event, Offline, Online
from client.frames import Ack
from client.model import Message, Person
from client.outputs import Answer, Drop, Output, Refusal, RenewToken
from client.requests import (
    DeleteMessage,
    EditMessage,
    History,
    HistoryAck,
    JoinAck,
    JoinRoom,
    LeaveRoom,
    MarkRead,
    MessageAck,
    React,
    ReadAck,
    Request,
    Typing,
)
from client.session import Session
from client.tokens import Credentials

T = TypeVar("T")


class Client:
    """A user's connection to a Parlance server, kept up until the `async with` block ends.

        async with Account(url) as account:
            await account.login("ada", "…")
            async with Client(url, account.token) as client:
                events = client.events()
                lobby = await client.join("lobby")
                await client.send(lobby.room, "Hello!")
                async for event in events:
                    ...

    Requests wait: for the connection when there is none, and beyond its loss for the next one, however long that takes
    (`asyncio.timeout` limits it). Whoever gives up waiting for a message by cancelling takes it out of the outbox,
    though it may have been stored by then. Requests raise `Refused` when the server says no, and `Stopped` when the
    client has ended.

    `room` is a room's id everywhere; `join` takes a public room's name as well.
    """

    def __init__(
        self,
        url: str | URL,
        credentials: Credentials,
        *,
        resume: Mapping[str, int] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """`url` is the server's (`https://chat.example.com`); `resume` the `revisions` of a former client.

        A room in `resume` begins with what has changed since, any other with what happens from now on.
        """
        self._url = URL(url) / "ws"
        self._credentials = credentials
        self._backoff = backoff or Backoff()
        self._session = Session(resume or {}, self._backoff)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._ended: Stopped | None = None
        self.user: Person | None = None
        """Who one is; known from the first `Online` on."""

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        self._connection = Connection(
            url=self._url,
            http=self._http,
            credentials=self._credentials,
            session=self._session,
            backoff=self._backoff,
            act=self._act,
        )
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        try:
            await asyncio.wait([self._task])
        finally:
            await self._http.close()
        if not self._task.cancelled():
            self._task.result()

    @property
    def online(self) -> bool:
        """Whether the server listens at this moment."""
        return self._session.online

    @property
    def unsent(self) -> int:
        """How many messages the server has not acknowledged yet."""
        return self._session.outbox.messages()

    @property
    def revisions(self) -> dict[str, int]:
        """How far each room has been seen. Keep it to continue from there in another run of the program."""
        return dict(self._session.rooms.revisions)

    def events(self) -> AsyncIterator[Event]:
        """Everything that happens from this call on, in order. Ends when the client does, after a last `Offline`.

        What an answer says comes before the events that follow from it. Events wait in memory until they are taken.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        if self._ended:
            queue.put_nowait(None)
        else:
            self._streams.add(queue)
        return self._take_events(queue)

    async def join(self, room: str, after: int | None = None) -> JoinAck:
        """Become a member, if need be, and learn the last 50 messages, or with `after` all changes since a revision."""
        return await self._ask(JoinRoom(room=room, after=after), JoinAck)

    async def leave(self, room: str) -> None:
        """End the membership."""
        await self._ask(LeaveRoom(room=room), Ack)

    async def send(
        self,
        room: str,
        body: str,
        reply_to: str | None = None,
        *,
        message_id: str | None = None,
        attachments: Sequence[str] = (),
    ) -> Message:
        """Send a message; returns it as stored. Messages to one room are stored in the order of the calls.

        `attachments` are ids of files that were uploaded to the room (`Account.upload`) and not sent yet; with them the
        body may be empty.

        Name the `message_id` (a UUID) to recognise the message among the events before this returns, or to repeat, after
        a restart of the program, a send whose outcome is not known.
        """
        request_id = self._session.send(room, message_id or str(uuid4()), body, reply_to, attachments)
        return (await self._answer(request_id, MessageAck)).message

    async def edit(self, room: str, message_id: str, body: str) -> Message:
        """Replace the text of one's own message."""
        return (await self._ask(EditMessage(room=room, message_id=message_id, body=body), MessageAck)).message

    async def delete(self, room: str, message_id: str) -> Message:
        """Take a message back: one's own, or anybody's for a moderator."""
        return (await self._ask(DeleteMessage(room=room, message_id=message_id), MessageAck)).message

    async def react(self, room: str, message_id: str, emoji: str, on: bool = True) -> Message:
        """Add a reaction, or with `on` false take one's own away."""
        return (await self._ask(React(room=room, message_id=message_id, emoji=emoji, on=on), MessageAck)).message

    async def history(self, room: str, before: int, limit: int = 50) -> list[Message]:
        """Page back: at most 100 messages before a `seq`, newest first."""
        return (await self._ask(History(room=room, before=before, limit=limit), HistoryAck)).messages

    async def mark_read(self, room: str, seq: int) -> int:
        """Move one's read marker up to `seq`; returns where it stands, for it never moves back."""
        return (await self._ask(MarkRead(room=room, seq=seq), ReadAck)).read_seq

    def typing(self, room: str, on: bool = True) -> None:
        """Tell the others that one is writing. They forget it after 6 s, so repeat it about every 3 s."""
        self._session.tell(Typing(room=room, on=on))
        self._connection.wake()

    async def _ask(self, request: Request, reply: type[T]) -> T:
        return await self._answer(self._session.ask(request, reply), reply)

    async def _answer(self, request_id: int, reply: type[T]) -> T:
        """Wait for the answer, which the session has read as a `reply`."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        try:
            if self._ended:
                raise self._ended
            self._connection.wake()
            return await future
        finally:
            del self._waiting[request_id]
            self._session.withdraw(request_id)

    def _act(self, output: Output) -> None:
        match output:
            case Answer(id=request_id, reply=reply):
                if (future := self._waiting.get(request_id)) and not future.done():
                    future.set_result(reply)
            case Refusal(id=request_id, error=error):
                if (future := self._waiting.get(request_id)) and not future.done():
                    future.set_exception(error)
            case RenewToken() | Drop():
                pass
            case Online(welcome=welcome):
                self.user = welcome.user
                self._publish(output)
            case _:
                self._publish(output)

    def _publish(self, event: Event | None) -> None:
        for stream in self._streams:
            stream.put_nowait(event)

    async def _take_events(self, stream: asyncio.Queue[Event | None]) -> AsyncIterator[Event]:
        try:
            while event := await stream.get():
                yield event
        finally:
            self._streams.discard(stream)

    async def _run(self) -> None:
        reason = Stopped("The client was closed.")
        try:
            await self._connection.run()
        except Stopped as stopped:
            reason = stopped
        except AccountError as refused:
            reason = Stopped(str(refused))
        finally:
            self._end(reason)

    def _end(self, reason: Stopped) -> None:
        self._ended = reason
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Stopped(str(reason), reason.code))
        self._publish(Offline(str(reason), retry_seconds=None))
        self._publish(None)
