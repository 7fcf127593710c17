import asyncio

import pytest

from mesh.database import Database
from room_service.events import MemberJoined, RoomUpdated
from room_service.model import Role, Room
from room_service.sizes import LARGE_ABOVE
from tests.room_service.house import House


@pytest.fixture
async def room(house: House, database: Database) -> Room:
    """One of ten less than the most that a room can hold without being large."""
    room = await house.room(ada=Role.OWNER, eve=Role.BANNED)
    await database["memberships"].insert_many(
        [
            {"_id": f"user-{n}/{room.id}", "user_id": f"user-{n}", "room_id": room.id, "role": "member"}
            | {"joined_at": n, "read_seq": 0, "muted": False}
            for n in range(LARGE_ABOVE - 11)
        ]
    )
    return room


async def is_large(house: House, room: Room) -> bool:
    found = await house.rooms_store.get(room.id)
    assert found is not None
    return found.large


async def test_a_room_is_large_from_its_201st_member_on_until_one_leaves_and_is_told_so(
    house: House, room: Room
) -> None:
    for n in range(10):
        await house.admissions.join(room.id, f"guest-{n}")
    assert not await is_large(house, room)
    assert RoomUpdated(room.id) not in house.events

    await house.admissions.join(room.id, "one-too-many")
    assert await is_large(house, room)
    assert house.events.count(RoomUpdated(room.id)) == 1
    await house.admissions.join(room.id, "and-another")
    await house.departures.leave(room.id, "and-another")
    assert await is_large(house, room)
    assert house.events.count(RoomUpdated(room.id)) == 1

    await house.departures.remove(room.id, "ada", "one-too-many", ban=True)
    assert not await is_large(house, room)
    assert house.events.count(RoomUpdated(room.id)) == 2


async def test_when_many_come_at_once_the_room_is_marked_once(house: House, room: Room) -> None:
    await asyncio.gather(*(house.admissions.join(room.id, f"guest-{n}") for n in range(15)))
    assert await is_large(house, room)
    assert house.events.count(RoomUpdated(room.id)) == 1
    assert sum(isinstance(event, MemberJoined) for event in house.events) == 15


async def test_a_deleted_room_is_not_brought_back_by_a_mark(house: House, room: Room) -> None:
    await house.rooms.delete(room.id, "ada", by_admin=False)
    assert not await house.rooms_store.mark_large(room, True)
    assert await house.rooms_store.get(room.id) is None
