import asyncio

import pytest

from mesh.errors import NotFound
from mesh.lifecycle import Tasks
from room_service.closures import GRACE_MILLISECONDS
from room_service.events import Announcement, RoomDeleted
from room_service.model import Membership, Role, RoomKind
from tests.patience import PATIENCE_SECONDS
from tests.room_service.house import House


async def test_a_deleted_room_is_gone_at_once_and_everybody_in_it_hears_of_it(house: House) -> None:
    room = await house.room(name="Lobby", ada=Role.OWNER, bob=Role.MEMBER, eve=Role.BANNED)
    await house.rooms.delete(room.id, "ada", by_admin=False)
    [announcement] = house.announced
    assert (announcement.event, announcement.room_ids) == (RoomDeleted(room.id), (room.id,))
    assert sorted(announcement.user_ids) == ["ada", "bob"]
    assert await house.roles(*((user, room.id) for user in ("ada", "bob", "eve"))) == [None] * 3
    for reference in (room.id, "Lobby"):
        with pytest.raises(NotFound):
            await house.rooms.get(reference, "ada", by_admin=True)
    await house.rooms.create("bob", RoomKind.PUBLIC, "lobby", "")  # the name is free again


async def test_of_those_who_delete_a_room_at_once_one_does(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    outcomes = await asyncio.gather(
        *(house.rooms.delete(room.id, "ada", by_admin=False) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["NotFound"] * 3
    assert house.announced == [Announcement(RoomDeleted(room.id), room_ids=(room.id,), user_ids=("ada",))]


async def test_the_log_is_purged_at_once_and_again_when_nothing_can_come_any_more(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.rooms.delete(room.id, "ada", by_admin=False)
    await house.purger.purge()
    assert house.purged == [room.id]
    house.clock.now_ms += GRACE_MILLISECONDS
    await house.purger.purge()
    await house.purger.purge()
    assert house.purged == [room.id] * 2
    assert await house.rooms_store.tombstones() == []


async def test_a_purge_that_fails_is_made_up_for(house: House) -> None:
    rooms = [await house.room(ada=Role.OWNER) for _ in range(2)]
    for room in rooms:
        await house.rooms.delete(room.id, "ada", by_admin=False)
    house.clock.now_ms += GRACE_MILLISECONDS
    house.log_is_down = True
    await house.purger.purge()
    assert len(await house.rooms_store.tombstones()) == 2
    house.log_is_down = False
    await house.purger.purge()
    assert sorted(house.purged) == sorted(room.id for room in rooms)
    assert await house.rooms_store.tombstones() == []


async def test_what_a_crash_left_of_a_deletion_is_completed(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.rooms_store.bury(room.id, house.clock())  # and then the process died
    await house.memberships_store.insert(Membership("bob", room.id, Role.MEMBER, house.clock()))
    await house.purger.purge()
    assert await house.roles(("ada", room.id), ("bob", room.id)) == [None, None]
    assert house.purged == [room.id]


async def test_the_purger_begins_with_what_it_finds_and_wakes_up_when_a_room_is_closed(house: House) -> None:
    earlier, later = await house.room(ada=Role.OWNER), await house.room(ada=Role.OWNER)
    await house.rooms_store.bury(earlier.id, house.clock())
    background = Tasks()
    background.start(house.purger.run())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await house.has_purged.wait()
            assert house.purged == [earlier.id]
            house.has_purged.clear()
            await house.rooms.delete(later.id, "ada", by_admin=False)
            while later.id not in house.purged:
                await house.has_purged.wait()
                house.has_purged.clear()
    finally:
        await background.close()
