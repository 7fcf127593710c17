"""Deleting rooms: at once for people, and soon after for what is stored."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from mesh import logs
from mesh.errors import ParlanceError
from room_service.events import Announce, Announcement, RoomDeleted
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Room, Tombstone
from room_service.rooms_store import RoomsStore

log = logs.get(__name__)

PurgeLog = Callable[[str], Awaitable[None]]
"""Removes the messages of a room; doing it again is harmless. Raises `ParlanceError`."""

_ROUND_SECONDS = 10.0
GRACE_MILLISECONDS = 10_000
"""message_service believes for some seconds that a former member is one. After twice that no message can come any more."""


class Closures:
    """Closes rooms: first a tombstone takes the room's place, so that nobody enters; then its memberships go.

    The log is left to the `Purger`, which also completes what was interrupted here.
    """

    def __init__(self, rooms: RoomsStore, memberships: MembershipsStore, announce: Announce, now: Clock) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._announce = announce
        self._now = now
        self.pending = asyncio.Event()
        """Set when there is something to purge."""

    async def close(self, room: Room) -> bool:
        """Delete a room; False when somebody else has done so."""
        if not await self._rooms.bury(room.id, self._now()):
            return False
        self.pending.set()
        members = await self._memberships.user_ids(room.id)
        await self._memberships.remove_room(room.id)
        self._announce(Announcement(RoomDeleted(room.id), room_ids=(room.id,), user_ids=tuple(members)))
        return True


class Purger:
    """Removes the logs of closed rooms, and tries again until it has succeeded."""

    def __init__(
        self, rooms: RoomsStore, memberships: MembershipsStore, purge_log: PurgeLog, pending: asyncio.Event, now: Clock
    ) -> None:
        self._rooms = rooms
        self._memberships = memberships
        self._purge_log = purge_log
        self._pending = pending
        self._now = now

    async def run(self) -> None:
        """Purge now, whenever a room is closed, and every few seconds."""
        while True:
            self._pending.clear()
            try:
                await self.purge()
            except Exception:  # the next round may succeed
                log.exception("purge_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(_ROUND_SECONDS):
                    await self._pending.wait()

    async def purge(self) -> None:
        """Make one round. A room whose log cannot be purged is left to the next."""
        for tombstone in await self._rooms.tombstones():
            try:
                await self._purge_room(tombstone)
            except ParlanceError as error:  # the other rooms do not suffer for it
                log.warning("room_not_purged", room=tombstone.room_id, reason=error.reason)

    async def _purge_room(self, tombstone: Tombstone) -> None:
        began_at = self._now()
        await self._memberships.remove_room(tombstone.room_id)
        await self._purge_log(tombstone.room_id)
        if began_at - tombstone.deleted_at >= GRACE_MILLISECONDS:
            await self._rooms.forget(tombstone)
