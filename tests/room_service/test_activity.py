from room_service.model import Room, RoomActivity
from tests.room_service.house import House


async def last_activity(house: House, room: Room) -> int:
    found = await house.rooms_store.get(room.id)
    assert found is not None
    return found.last_activity_at


async def test_the_latest_report_counts_in_whatever_order_they_come(house: House) -> None:
    room = await house.room()
    at = house.clock()
    await house.activity.note([RoomActivity(room.id, at + seconds) for seconds in (1, 3, 2)])
    assert await last_activity(house, room) == at + 3
    await house.activity.note([RoomActivity(room.id, at)])
    assert await last_activity(house, room) == at + 3


async def test_a_report_about_a_room_that_is_gone_brings_nothing_back(house: House) -> None:
    room = await house.room()
    await house.rooms.delete(room.id, "admin", by_admin=True)
    await house.activity.note([RoomActivity(room.id, house.clock()), RoomActivity("nowhere", house.clock())])
    assert await house.rooms_store.get(room.id) is None
    assert await house.rooms_store.get("nowhere") is None
    house.clock.now_ms += 60_000
    await house.purger.purge()
    assert await house.rooms_store.tombstones() == []
