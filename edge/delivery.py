"""Brings what Redis rings for to the connections of a room: parsed, completed from the log, named, written.

What a ring may have missed is fetched. A gap waits 50 ms for the batch that was overtaken, then the log is asked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count, takewhile

from prometheus_client import Counter, Histogram

from edge.head import Head, detached
from edge.people import People
from edge.rooms import Room
from mesh import logs
from mesh.errors import ParlanceError
from mesh.lifecycle import Tasks
from parlance.message.v1 import live_pb2, message_pb2

log = logs.get(__name__)

GAP_FILLS = Counter("parlance_gap_fills_total", "Times that missing events were fetched from the log.")
LAG = Histogram(
    "parlance_publish_lag_seconds", "From publishing to delivering.", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)
)

GAP_SECONDS = 0.05
_RETRY_SECONDS = 0.5

OnRoomEvent = Callable[[Room, live_pb2.LiveEvent], None]
"""Handles a live event of a room."""

Fetch = Callable[[str, int], Awaitable[message_pb2.ListChangesResponse]]
"""Asks for what changed in a room after a revision."""


class Delivery:
    """Delivers the events of all rooms of this edge."""

    def __init__(self, people: People, fetch: Fetch, on_room_event: OnRoomEvent) -> None:
        self._people = people
        self._fetch = fetch
        self._on_room_event = on_room_event
        self._naming: set[Room] = set()
        self._filling: set[Room] = set()
        self._tasks = Tasks()

    async def close(self) -> None:
        """Deliver nothing more."""
        await self._tasks.close()

    def heard(self, room: Room, payload: bytes) -> None:
        """Take what was published on a room's channel."""
        envelope = live_pb2.Envelope.FromString(payload)
        if envelope.HasField("live"):
            self._on_room_event(room, envelope.live)
            return
        events = envelope.log
        if events.messages:
            published = envelope.published_at
            LAG.observe(max(0.0, time.time() - published.seconds - published.nanos / 1e9))
        if events.revision <= room.feed.revision:  # as most of what people of this edge have written: see `stored`
            return
        room.accept(room.feed.receive(list(events.messages), events.revision))
        self._deliver(room)
        if room.feed.behind and room not in self._filling:
            self._start_filling(room, GAP_SECONDS)

    def stored(self, room: Room, messages: Sequence[message_pb2.Message]) -> None:
        """Messages from here are stored: deliver them now, unless something is missing before, which Redis will bring.

        Their senders then get answer and event in one write, and nobody here waits for Redis.
        """
        expected = count(room.feed.revision + 1)
        following = list(takewhile(lambda message: message.revision == next(expected), messages))
        if following:
            alone = [detached(following[0])] if len(following) == 1 else following
            room.accept(room.feed.receive(alone, following[-1].revision))
            self._deliver(room)

    def started(self, room: Room, head: Head) -> None:
        """Begin to deliver a room behind its head; what was heard since the subscription follows."""
        room.start(head)
        room.accept(room.feed.start(head.revision))
        self._deliver(room)
        self.told(room, head.revision)

    def told(self, room: Room, head: int) -> None:
        """The log is known to stand at this revision: fetch at once what is missing."""
        room.feed.receive((), head)
        if room.feed.behind and room not in self._filling:
            self._start_filling(room, 0)

    def _start_filling(self, room: Room, pause: float) -> None:
        self._filling.add(room)
        self._tasks.start(self._fill(room, pause))

    async def _fill(self, room: Room, pause: float) -> None:
        """Fetch until nothing is missing; while the log cannot be asked, try again for as long as anybody is there."""
        try:
            await asyncio.sleep(pause)
            while room.feed.behind and len(room):
                after = room.feed.revision
                try:
                    page = await self._fetch(room.id, after)
                except ParlanceError as error:
                    log.warning("gap_not_filled", room=room.id, error=error.message)
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                GAP_FILLS.inc()
                if page.revision <= after:  # the log was removed, or has not got there yet
                    await asyncio.sleep(_RETRY_SECONDS)
                room.accept(room.feed.fill(page.messages, page.revision))
                self._deliver(room)
        finally:
            self._filling.discard(room)

    def _deliver(self, room: Room) -> None:
        """Write what is ready, up to the first message whose sender has no name yet."""
        if room not in self._naming and (unnamed := room.deliver(self._people.known)):
            self._naming.add(room)
            self._tasks.start(self._name(room, unnamed))

    async def _name(self, room: Room, user_ids: set[str]) -> None:
        try:
            people = await self._people.get(user_ids)
        except ParlanceError as error:  # a message without a name is better than none
            log.warning("senders_not_named", room=room.id, error=error.message)
            people = {user_id: self._people.anonymous(user_id) for user_id in user_ids}
        finally:
            self._naming.discard(room)
        room.deliver(lambda user_id: people.get(user_id) or self._people.known(user_id))
        self._deliver(room)
