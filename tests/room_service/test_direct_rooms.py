import asyncio

import pytest

from mesh.errors import Invalid, NotFound, Unavailable
from room_service.events import Announcement, RoomCreated
from room_service.model import Role, RoomKind
from tests.room_service.house import House


async def test_two_who_open_a_direct_room_at_once_meet_and_each_hears_of_it_once(house: House) -> None:
    opened = await asyncio.gather(
        *(house.direct_rooms.open("ada", "bob") for _ in range(4)),
        *(house.direct_rooms.open("bob", "ada") for _ in range(4)),
    )
    [room_id] = {room.id for room, _ in opened}
    assert [membership.user_id for _, membership in opened] == ["ada"] * 4 + ["bob"] * 4
    assert sorted(house.announced, key=lambda announcement: announcement.user_ids) == [
        Announcement(RoomCreated(room_id), user_ids=("ada",)),
        Announcement(RoomCreated(room_id), user_ids=("bob",)),
    ]
    room = opened[0][0]
    assert (room.kind, room.name, set(room.direct_user_ids)) == (RoomKind.DIRECT, "", {"ada", "bob"})
    assert await house.members(room) == {"ada": Role.MEMBER, "bob": Role.MEMBER}


async def test_opening_it_again_changes_nothing(house: House) -> None:
    first = await house.direct_rooms.open("ada", "bob")
    house.announced.clear()
    assert await house.direct_rooms.open("ada", "bob") == first
    assert house.announced == []


async def test_what_was_interrupted_is_completed_by_trying_again(house: House) -> None:
    room, mine = await house.direct_rooms.open("ada", "bob")
    theirs = await house.memberships_store.get("bob", room.id)
    assert theirs is not None
    assert await house.memberships_store.remove(theirs)
    house.announced.clear()
    assert await house.direct_rooms.open("ada", "bob") == (room, mine)
    assert await house.role("bob", room) is Role.MEMBER
    assert house.announced == [Announcement(RoomCreated(room.id), user_ids=("bob",))]


async def test_nobody_has_a_direct_room_with_themselves(house: House) -> None:
    with pytest.raises(Invalid) as raised:
        await house.direct_rooms.open("ada", "ada")
    assert raised.value.field == "other_user_id"


async def test_others_do_not_know_of_a_direct_room_and_cannot_enter(house: House) -> None:
    room, mine = await house.direct_rooms.open("ada", "bob")
    with pytest.raises(NotFound):
        await house.rooms.get(room.id, "eve", by_admin=False)
    with pytest.raises(NotFound):
        await house.admissions.join(room.id, "eve")
    assert await house.admissions.join(room.id, "ada") == (room, mine)


async def test_a_deleted_direct_room_can_be_opened_anew_once_its_messages_are_gone(house: House) -> None:
    room, _ = await house.direct_rooms.open("ada", "bob")
    await house.rooms.delete(room.id, "admin", by_admin=True)
    with pytest.raises(Unavailable) as raised:
        await house.direct_rooms.open("ada", "bob")
    assert raised.value.reason == "ROOM_BEING_DELETED"
    house.clock.now_ms += 60_000
    await house.purger.purge()
    anew, _ = await house.direct_rooms.open("bob", "ada")
    assert (anew.id, anew.created_by) == (room.id, "bob")
