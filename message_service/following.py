"""Follows rooms for a caller: what it missed, then live, each revision once and in order, for as long as it listens.

Redis only rings: what is sent is always read from the log, so a lost ring delays an event and cannot lose it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from functools import partial

from mesh.broker import Subscriber
from mesh.errors import Unavailable
from message_service.events import room_channel
from message_service.reader import Page, Reader

RECHECK_SECONDS = 30.0
_PAGE = 500


class Followers:
    """Everybody who follows rooms through this process."""

    def __init__(self, subscriber: Subscriber, reader: Reader) -> None:
        self._subscriber = subscriber
        self._reader = reader
        self._bells: dict[str, set[_Bell]] = defaultdict(set)
        self._closed = False
        subscriber.on_reconnected = self._ring_all

    def close(self) -> None:
        """Send everybody away, so that they go on with another replica."""
        self._closed = True
        self._ring_all()

    async def recheck(self) -> None:
        """Let everybody look again: rings may have been lost."""
        self._ring_all()

    async def follow(self, positions: Mapping[str, int]) -> AsyncIterator[tuple[str, Page]]:
        """Yield pages of changes of the rooms, each after the given revision, until closed; then raise `Unavailable`."""
        known = dict(positions)
        bell = _Bell()
        try:
            await self._attach(bell, known)
            bell.rung.update(known)
            while True:
                room_id = await bell.next()
                if self._closed:
                    raise Unavailable("This replica stops. Subscribe again.", reason="STOPPING", retry_after=1.0)
                page = await self._reader.changes(room_id, known[room_id], _PAGE)
                if page.more:
                    bell.ring(room_id)
                if page.revision > known[room_id]:
                    known[room_id] = page.revision
                    yield room_id, page
        finally:
            self._detach(bell, known)

    async def _attach(self, bell: "_Bell", room_ids: Mapping[str, int]) -> None:
        """Returns when all rooms are heard, also those that somebody else has only begun to subscribe to."""
        for room_id in room_ids:
            self._bells[room_id].add(bell)
        subscribe = self._subscriber.subscribe
        await asyncio.gather(*(subscribe(room_channel(room_id), partial(self._rang, room_id)) for room_id in room_ids))

    def _detach(self, bell: "_Bell", room_ids: Mapping[str, int]) -> None:
        for room_id in room_ids:
            bells = self._bells[room_id]
            bells.discard(bell)
            if not bells:
                del self._bells[room_id]
                self._subscriber.unsubscribe(room_channel(room_id))

    def _rang(self, room_id: str, _payload: bytes) -> None:
        self._ring(room_id)

    def _ring_all(self) -> None:
        for room_id in self._bells:
            self._ring(room_id)

    def _ring(self, room_id: str) -> None:
        for bell in self._bells.get(room_id, ()):
            bell.ring(room_id)


class _Bell:
    """The rooms that one follower must look at; rings for one room while it waits are one."""

    def __init__(self) -> None:
        self.rung: set[str] = set()
        self._wake = asyncio.Event()

    def ring(self, room_id: str) -> None:
        self.rung.add(room_id)
        self._wake.set()

    async def next(self) -> str:
        while not self.rung:
            self._wake.clear()
            await self._wake.wait()
        return self.rung.pop()
