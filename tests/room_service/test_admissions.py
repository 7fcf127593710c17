import asyncio

import pytest

from mesh.database import Database
from mesh.errors import Forbidden, Invalid, NotFound
from room_service.admissions import MAX_ROOMS_PER_USER
from room_service.events import Announcement, MemberJoined, RoomCreated
from room_service.model import Role, RoomKind
from tests.room_service.house import House


async def test_who_joins_is_a_member_and_both_it_and_the_room_hear_of_it(house: House) -> None:
    room = await house.room(name="Lobby", ada=Role.OWNER)
    joined, membership = await house.admissions.join("LOBBY", "bob")
    assert joined == room
    assert (membership.user_id, membership.room_id, membership.role) == ("bob", room.id, Role.MEMBER)
    assert (membership.read_seq, membership.muted) == (0, False)
    assert house.announced == [
        Announcement(RoomCreated(room.id), user_ids=("bob",)),
        Announcement(MemberJoined(room.id, "bob"), room_ids=(room.id,)),
    ]


async def test_joining_again_changes_nothing_not_even_a_role(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    before = await house.memberships_store.get("ada", room.id)
    assert await house.admissions.join(room.id, "ada") == (room, before)
    assert house.announced == []


async def test_of_many_joins_at_once_one_counts_and_all_succeed(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    outcomes = await asyncio.gather(*(house.admissions.join(room.id, "bob") for _ in range(8)))
    assert len({membership for _, membership in outcomes}) == 1
    assert house.events == [RoomCreated(room.id), MemberJoined(room.id, "bob")]


async def test_a_private_room_is_joined_by_invitation_only(house: House) -> None:
    room = await house.room(RoomKind.PRIVATE, ada=Role.OWNER)
    with pytest.raises(NotFound, match="There is no such room"):
        await house.admissions.join(room.id, "bob")
    invited = await house.admissions.add(room.id, "ada", "bob")
    assert await house.admissions.join(room.id, "bob") == (room, invited)
    assert house.announced == [
        Announcement(RoomCreated(room.id), user_ids=("bob",)),
        Announcement(MemberJoined(room.id, "bob"), room_ids=(room.id,)),
    ]


async def test_adding_a_member_again_leaves_it_as_it_is(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MODERATOR)
    assert (await house.admissions.add(room.id, "ada", "bob")).role is Role.MODERATOR
    assert house.announced == []


async def test_the_banned_stay_out_until_the_ban_is_lifted(house: House) -> None:
    room = await house.room(ada=Role.OWNER, mo=Role.MODERATOR, bob=Role.BANNED)
    for attempt in (house.admissions.join(room.id, "bob"), house.admissions.add(room.id, "ada", "bob")):
        with pytest.raises(Forbidden) as raised:
            await attempt
        assert raised.value.reason == "BANNED"
    await house.departures.remove(room.id, "mo", "bob", ban=False)
    assert house.announced == []
    assert (await house.admissions.join(room.id, "bob"))[1].role is Role.MEMBER


async def test_nobody_is_in_more_than_2000_rooms(house: House, database: Database) -> None:
    rooms = [f"room-{n}" for n in range(MAX_ROOMS_PER_USER)]
    await database["memberships"].insert_many(
        [{"_id": f"bob/{room}", "user_id": "bob", "room_id": room, "role": "member"} for room in rooms]
    )
    room = await house.room(ada=Role.OWNER)
    for attempt in (
        house.admissions.join(room.id, "bob"),
        house.admissions.add(room.id, "ada", "bob"),
        house.rooms.create("bob", RoomKind.PUBLIC, "Lobby", ""),
        house.direct_rooms.open("ada", "bob"),
    ):
        with pytest.raises(Invalid) as raised:
            await attempt
        assert raised.value.reason == "TOO_MANY_ROOMS"
    await database["memberships"].update_one({"_id": "bob/room-0"}, {"$set": {"role": "banned"}})
    await house.admissions.join(room.id, "bob")


async def test_nobody_remains_in_a_room_that_is_deleted_while_they_join(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    people = [f"user-{n}" for n in range(10)]
    outcomes = await asyncio.gather(
        *(house.admissions.join(room.id, user) for user in people[:5]),
        house.rooms.delete(room.id, "ada", by_admin=False),
        *(house.admissions.join(room.id, user) for user in people[5:]),
        return_exceptions=True,
    )
    assert outcomes[5] is None
    assert {type(outcome) for outcome in outcomes[:5] + outcomes[6:]} <= {tuple, NotFound}
    assert await house.roles(*((user, room.id) for user in people)) == [None] * 10


async def test_who_came_in_between_the_end_of_a_room_and_of_its_memberships_has_to_go_again(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.rooms_store.bury(room.id, house.clock())
    with pytest.raises(NotFound):
        await house.admissions.enter(room, "bob")
    assert await house.role("bob", room) is None
    assert house.announced == []
