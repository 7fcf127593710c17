"""One room on this edge: who receives its events, and up to which revision each has seen it.

Sans-IO: events go in, and are written to connections as bytes that were encoded once. Every connection sees the room's
revisions strictly rising, nothing twice and nothing left out: one that joins is held apart from the broadcast from before
its reply is read until the room has passed the revision which that reply covers.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from prometheus_client import Counter

from edge import frames, render
from edge.connection import Connection
from edge.feed import Feed, Fresh
from edge.frames import Person
from edge.head import Head, detached
from edge.recent import Recent
from mesh import logs
from parlance.message.v1 import message_pb2 as pb
from parlance.room.v1 import room_pb2

log = logs.get(__name__)

DELIVERIES = Counter("parlance_deliveries_total", "Events written to connections.")

_CHECK_EVERY_BYTES = 128 * 1024
"""Connections are checked for reading each time that so much has been broadcast in the room."""


Known = Callable[[str], Person | None]
"""The person with this id, if their name is known."""


class _Event(NamedTuple):
    message_id: str
    revision: int
    frame: bytes


class Room:
    """The state of one room."""

    def __init__(self, room_id: str) -> None:
        self.id = room_id
        self.feed: Feed[pb.Message] = Feed()
        self.head = Head()
        """Where the room stands for its connections: up to here everything has been delivered."""
        self.recent = Recent()
        self.large = False
        """Too large to tell presence in."""
        self.business_id = ""
        """The business whose visitor talks in it, or whose agents talk about one; empty for all other rooms."""
        self.guest_id = ""
        """The visitor."""
        self._waiting: list[Fresh[pb.Message]] = []
        self._live: dict[Connection, None] = {}
        self._held: dict[Connection, int | None] = {}
        self._since_held: list[_Event] = []
        self._unchecked_bytes = 0

    def __len__(self) -> int:
        """How many connections are in the room."""
        return len(self._live) + len(self._held)

    def connections(self) -> list[Connection]:
        """Everybody in the room."""
        return [*self._live, *self._held]

    def describe(self, room: room_pb2.Room) -> None:
        """Take what is known of the room beside its log."""
        self.large = room.large
        self.business_id = room.business
        self.guest_id = room.guest

    # --- who is in the room

    def hold(self, connection: Connection) -> int | None:
        """Let a connection in, or hold it apart again; events wait for it until `release`.

        Returns the revision up to which it has seen the room; None if it is new here.
        """
        seen = self.head.revision if connection in self._live else self._held.get(connection)
        self._live.pop(connection, None)
        self._held[connection] = None
        return seen

    def release(self, connection: Connection, covered: int) -> None:
        """Let events above the revision that the connection's reply covered through to it."""
        if connection not in self._held:  # it has left meanwhile
            return
        missed = [event.frame for event in self._since_held if event.revision > covered]
        if missed:
            connection.send_bytes(b"".join(missed))
        if covered > self.head.revision:
            self._held[connection] = covered
        else:
            del self._held[connection]
            self._live[connection] = None
        self._forget_held_events()

    def remove(self, connection: Connection) -> None:
        """The connection receives nothing more."""
        self._live.pop(connection, None)
        self._held.pop(connection, None)
        self._forget_held_events()

    # --- what happens in it

    def start(self, head: Head) -> None:
        """Everything up to the head was delivered, or is told in another way."""
        self.head = head
        self.recent.restart(head.revision)

    def accept(self, fresh: Sequence[Fresh[pb.Message]]) -> None:
        """Queue what the feed handed out, for `deliver`."""
        self._waiting.extend(fresh)

    def deliver(self, known: Known) -> set[str]:
        """Write what waits to everybody: one encoding, one write for each connection.

        Stops before the first message whose sender is not known; returns the senders of all that waits on.
        """
        events = []
        for fresh in self._waiting:
            sender = known(fresh.message.sender_id)
            if sender is None:
                break
            events.append(_Event(fresh.message.id, fresh.message.revision, self._encode(fresh, sender)))
        self._advance([fresh.message for fresh in self._waiting[: len(events)]])
        del self._waiting[: len(events)]
        if not self._waiting and self.feed.revision > self.head.revision:
            self.start(self.head._replace(revision=self.feed.revision))
        if events:
            self.broadcast(b"".join([event.frame for event in events]))
            DELIVERIES.inc(len(events) * len(self._live))
            if logs.in_detail():
                self._log_delivered(events)
        if self._held:
            self._deliver_to_held(events)
        return {fresh.message.sender_id for fresh in self._waiting}

    def broadcast(self, data: bytes, *, but: str = "") -> None:
        """Write bytes to everybody who is not held, except to the connections of one user."""
        for connection in self._live:
            if but and connection.user_id == but:
                continue
            try:
                connection.write(data)
            except RuntimeError:  # it is gone, and its reader is about to notice
                continue
        self._unchecked_bytes += len(data)
        if self._unchecked_bytes > _CHECK_EVERY_BYTES:
            self._unchecked_bytes = 0
            for connection in list(self._live):
                connection.check_reading()

    def _log_delivered(self, events: Sequence[_Event]) -> None:
        for event in events:
            log.debug(
                "message_delivered",
                request_id=event.message_id,
                room=self.id,
                revision=event.revision,
                connections=len(self._live),
                held=len(self._held),
            )

    def _deliver_to_held(self, events: Sequence[_Event]) -> None:
        if None in self._held.values():
            self._since_held.extend(events)
        for connection, covered in list(self._held.items()):
            if covered is None:
                continue
            missed = [event.frame for event in events if event.revision > covered]
            if missed:
                connection.send_bytes(b"".join(missed))
            if self.head.revision >= covered:
                del self._held[connection]
                self._live[connection] = None

    def _forget_held_events(self) -> None:
        if self._since_held and None not in self._held.values():
            self._since_held.clear()

    def _encode(self, fresh: Fresh[pb.Message], sender: Person) -> bytes:
        kind = frames.MessageEvent if fresh.new else frames.MessageUpdated
        message = render.message(fresh.message, sender)
        return frames.encode(kind(room=self.id, revision=message.revision, message=message))

    def _advance(self, delivered: Sequence[pb.Message]) -> None:
        self.recent.add(delivered)
        seq, revision, last_message = self.head
        for message in delivered:
            revision = max(revision, message.revision)
            if message.seq >= seq:
                seq, last_message = message.seq, message
        if last_message is not None and len(delivered) > 1:
            last_message = detached(last_message)
        self.head = Head(seq, revision, last_message)
