"""The protocol without a socket and without a clock.

A `Session` lives as long as its user stays logged in on this client, across any number of connections. Its shell tells it
what happens (`connected`, `received`, `disconnected`, and `tick` when the time of `next_tick` has come) and afterwards

- writes what `take_frames` gives to the connection, in order, and
- acts on what `take_outputs` gives, in order.

`now` is a monotonic clock in seconds. The promises that the rest of the package rests on:

- A message is sent again until it is answered: after a reconnect, and after an error that will pass. Its id is made once,
  so the server stores it once. The messages of one room are stored in the order of the calls.
- Other requests are repeated after a reconnect too, and when they came too fast; each of them may safely be done twice.
- The events of a room come with rising revisions, none twice and, unless a `RoomReset` says so, none left out.
- A server that has gone silent is noticed within two heartbeats.
"""

from collections.abc import Mapping, Sequence

import msgspec

from client.backoff import Backoff
from client.closing import CloseCode
from client.errors import Refused
from client.events import Online, RoomReset
from client.frames import (
    Ack,
    Error,
    InboxEvent,
    MemberLeft,
    MessageEvent,
    MessageUpdated,
    Pong,
    Reconnect,
    RoomCreated,
    RoomDeleted,
    RoomEvent,
    Welcome,
    decode,
    decode_reply,
)
from client.link import Link
from client.outbox import Outbox, Waiting
from client.outputs import Answer, Drop, Output, Refusal, RenewToken
from client.requests import MAX_FRAME_BYTES, Auth, JoinAck, LeaveRoom, MessageAck, Ping, Request, SendMessage, encode
from client.rooms import Rooms


class Session:
    """See the module. `resume` holds the revisions that a former run of the program had seen (`rooms.revisions`)."""

    def __init__(self, resume: Mapping[str, int], backoff: Backoff) -> None:
        self.rooms = Rooms(resume)
        self.outbox = Outbox()
        self._backoff = backoff
        self._last_id = 0
        self._link: Link | None = None
        self._frames: list[str] = []
        self._outputs: list[Output] = []
        self._user_id = ""

    @property
    def online(self) -> bool:
        """Whether the server has said welcome on the present connection."""
        return self._link is not None and self._link.online

    # What the connection does

    def connected(self, token: str, renew_seconds: float, now: float) -> None:
        """Begin on a new connection. `token` is to be renewed in so many seconds."""
        self._link = Link(now, renew_at=now + renew_seconds)
        self._outputs.extend(RoomReset(room) for room in self.rooms.forget_all_but_the_latest())
        self._frames.append(encode(Auth(id=self._next_id(), token=token, resume=self.rooms.revisions)))

    def renew(self, token: str, renew_seconds: float, now: float) -> None:
        """Show a fresh token, so that the present connection may stay."""
        if self._link:
            self._link.renew_at = now + renew_seconds
            self._link.renewal_id = self._next_id()
            self._frames.append(encode(Auth(id=self._link.renewal_id, token=token)))

    def disconnected(self) -> None:
        """Note that the connection is gone. Nothing that was asked is forgotten."""
        self._link = None
        self._frames.clear()
        self.outbox.rewind()

    def received(self, text: str, now: float) -> None:
        """Take in a frame. Raises `ProtocolError` if it makes no sense."""
        if self._link is None:
            return
        self._link.heard_at = now
        match decode(text):
            case Ack(id=request_id):
                self._acknowledged(request_id, text)
            case Error() as error:
                self._refused(error, self._link, now)
            case Welcome() as welcome:
                self._welcomed(welcome, self._link, now)
            case Reconnect(after_ms=after_ms):
                self._link.move_at = now + self._backoff.within(after_ms / 1000)
            case None | Pong():
                pass
            case event:
                self._happened(event)

    def tick(self, now: float) -> None:
        """Do what is due."""
        link = self._link
        if link is None or link.dropped:
            return
        if now >= link.dead_at():
            self._drop(link, CloseCode.LOST, "The server has gone silent.")
        elif now >= link.move_at:
            self._drop(link, CloseCode.MOVED, "The server is restarting.")
        else:
            if now >= link.renew_at:
                link.renew_at = float("inf")
                self._outputs.append(RenewToken())
            if now >= link.ping_at:
                link.ping_at = now + link.heartbeat_seconds
                self._frames.append(encode(Ping()))

    def next_tick(self) -> float:
        """When `tick` and `take_frames` are wanted next, if nothing else happens before; may be infinite."""
        if self._link is None or self._link.dropped:
            return float("inf")
        due = self._link.next_due()
        return min(due, self.outbox.next_attempt_at()) if self._link.online else due

    # What the user wants

    def send(
        self, room: str, message_id: str, body: str, reply_to: str | None = None, attachments: Sequence[str] = ()
    ) -> int:
        """Put a message into the outbox; gives the id of its `Answer`, a `MessageAck`.

        `message_id` is a UUID that the caller made for this message. Raises `Refused` if no server would read it.
        """
        message = SendMessage(room=room, message_id=message_id, body=body, reply_to=reply_to, attachments=attachments)
        return self.ask(message, MessageAck)

    def ask(self, request: Request, reply: type[object]) -> int:
        """Ask for anything else; gives the id of its `Answer`, a `reply`. Raises `Refused` as `send` does."""
        request_id = self._next_id()
        request = msgspec.structs.replace(request, id=request_id)
        self.outbox.add(Waiting(request_id, request, self._checked(request), reply))
        return request_id

    def tell(self, request: Request) -> None:
        """Say what nobody answers and what is of no use later: without a connection it is dropped."""
        if self.online:
            self._frames.append(self._checked(request))

    def withdraw(self, request_id: int) -> None:
        """Expect no answer any more. What was sent already may be done nevertheless."""
        if waiting := self.outbox.find(request_id):
            self.outbox.remove(waiting)

    # What comes of it

    def take_frames(self, now: float) -> list[str]:
        """Give the frames to write now, in order."""
        frames, self._frames = self._frames, []
        if self.online:
            frames.extend(self.outbox.take(now))
        return frames

    def take_outputs(self) -> list[Output]:
        """Give what is to be told or done, in order."""
        outputs, self._outputs = self._outputs, []
        return outputs

    # Frames of the server

    def _welcomed(self, welcome: Welcome, link: Link, now: float) -> None:
        link.heartbeat_seconds = welcome.heartbeat_seconds
        self.rooms.forget(welcome.reset)
        for room in welcome.rooms:
            self.rooms.discover(room.id, room.revision)
        if link.online:
            return
        link.online = True
        link.ping_at = now + welcome.heartbeat_seconds
        self._user_id = welcome.user.id
        self._outputs.append(Online(welcome))
        self._outputs.extend(RoomReset(room) for room in welcome.reset)

    def _acknowledged(self, request_id: int | None, text: str) -> None:
        if waiting := self.outbox.find(request_id):
            reply = decode_reply(text, waiting.reply)
            self.outbox.remove(waiting)
            self._note_rooms(waiting.request, reply)
            self._outputs.append(Answer(waiting.id, reply))

    def _note_rooms(self, request: Request, reply: object) -> None:
        match request, reply:
            case _, JoinAck(room=room, revision=revision, reset=True):
                self.rooms.restart(room, revision)
            case _, JoinAck(room=room, revision=revision):
                self.rooms.advance(room, revision)
            case LeaveRoom(room=room), _:
                self.rooms.forget([room])

    def _refused(self, error: Error, link: Link, now: float) -> None:
        if waiting := self.outbox.find(error.id):
            if waiting.passes(error.code):
                waiting.failures += 1
                self.outbox.postpone(waiting, now + self._pause(error, waiting.failures))
            else:
                self.outbox.remove(waiting)
                refused = Refused(error.code, error.reason, error.message, error.retry_after)
                self._outputs.append(Refusal(waiting.id, refused))
        elif not link.online:
            self._drop(link, CloseCode.of_error(error.code), error.message)
        elif error.id is not None and error.id == link.renewal_id:  # where it matters, the server also closes
            link.renew_at = now + self._pause(error, failures=1)

    def _pause(self, error: Error, failures: int) -> float:
        return max(error.retry_after or 0.0, self._backoff.delay(failures))

    def _happened(self, event: InboxEvent | RoomEvent) -> None:
        match event:
            case MessageEvent(room=room, revision=revision) | MessageUpdated(room=room, revision=revision):
                if not self.rooms.advance(room, revision):
                    return
            case RoomCreated(room=summary, conversation=None):
                self.rooms.discover(summary.id, summary.revision)
            case RoomDeleted(room=room):
                self.rooms.forget([room])
            case MemberLeft(room=room, user=user) if user.id == self._user_id:
                self.rooms.forget([room])
        self._outputs.append(event)

    def _drop(self, link: Link, code: int, reason: str) -> None:
        link.dropped = True
        self._outputs.append(Drop(code, reason))

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    @staticmethod
    def _checked(request: Request) -> str:
        text = encode(request)
        if len(text.encode()) > MAX_FRAME_BYTES:
            raise Refused("invalid", "FRAME_TOO_BIG", "This is too long to be sent.")
        return text
