import asyncio

import pytest

from mesh.database import Database
from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from room_service.events import Announcement, RoomUpdated
from room_service.model import Membership, Role, RoomActivity, RoomKind
from tests.room_service.house import House


async def test_a_batch_of_pairs_is_answered_in_its_order(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MODERATOR, eve=Role.BANNED)
    pairs = [("eve", room.id), ("nobody", room.id), ("ada", room.id), ("bob", "nowhere"), ("bob", room.id)]
    assert await house.roles(*pairs, pairs[2]) == [
        Role.BANNED,
        None,
        Role.OWNER,
        None,
        Role.MODERATOR,
        Role.OWNER,
    ]
    assert await house.roles() == []


async def test_members_are_listed_in_order_of_joining_in_pages(house: House) -> None:
    room = await house.room(zoe=Role.OWNER, ada=Role.MEMBER, eve=Role.BANNED, bob=Role.MEMBER, mo=Role.MODERATOR)
    assert await pages_of(house, room.id, page_size=2) == [["zoe", "ada"], ["bob", "mo"]]
    assert await pages_of(house, room.id, page_size=3, with_banned=True) == [["zoe", "ada", "eve"], ["bob", "mo"]]


@pytest.mark.parametrize("page_size", [1, 2, 3, 5])
async def test_pages_skip_nobody_of_those_who_joined_in_the_same_millisecond(house: House, page_size: int) -> None:
    house.clock.step = 0
    room = await house.room(eve=Role.MEMBER, dan=Role.MEMBER, ada=Role.MEMBER)
    house.clock.step = 1
    for user in ("cem", "bob"):
        await house.admissions.join(room.id, user)
    listed = await pages_of(house, room.id, page_size=page_size)
    assert [user for page in listed for user in page] == ["ada", "dan", "eve", "cem", "bob"]


async def pages_of(house: House, room_id: str, *, page_size: int, with_banned: bool = False) -> list[list[str]]:
    listed, token = [], ""
    while True:
        members, token = await house.memberships.list_members(
            room_id, "zoe", page_size=page_size, page_token=token, with_banned=with_banned
        )
        listed.append([member.user_id for member in members])
        if not token:
            return listed


async def test_a_users_rooms_come_the_most_recently_active_first_in_pages(house: House) -> None:
    rooms = [await house.room(kind, ada=Role.MEMBER) for kind in RoomKind]
    await house.room(ada=Role.BANNED)
    await house.room(bob=Role.MEMBER)
    latest = house.clock()
    await house.activity.note([RoomActivity(rooms[1].id, latest + 2), RoomActivity(rooms[0].id, latest + 1)])
    expected = [rooms[1].id, rooms[0].id, rooms[3].id, rooms[2].id]

    everything, token = await house.memberships.list_rooms("ada", page_size=0, page_token="")
    assert ([room.id for room, _ in everything], token) == (expected, "")
    assert all(mine.room_id == room.id and mine.user_id == "ada" for room, mine in everything)

    first, token = await house.memberships.list_rooms("ada", page_size=3, page_token="")
    second, end = await house.memberships.list_rooms("ada", page_size=3, page_token=token)
    assert ([room.id for room, _ in first + second], end) == (expected, "")


async def test_memberships_of_many_users_come_without_bans(house: House) -> None:
    one = await house.room(ada=Role.OWNER, bob=Role.MEMBER, eve=Role.BANNED)
    other = await house.room(RoomKind.PRIVATE, bob=Role.OWNER)
    memberships = await house.memberships.list_memberships(["ada", "bob", "eve", "nobody", "bob"])
    places = sorted((membership.user_id, membership.room_id) for membership in memberships)
    assert places == sorted([("ada", one.id), ("bob", one.id), ("bob", other.id)])


async def test_of_more_than_200_rooms_the_most_active_are_listed(house: House, database: Database) -> None:
    rooms = [f"room-{n}" for n in range(205)]
    await database["memberships"].insert_many(
        [
            {"_id": f"ada/{room}", "user_id": "ada", "room_id": room, "role": "member"}
            | {"joined_at": 1, "read_seq": 0, "muted": False}
            for room in rooms
        ]
    )
    await database["rooms"].insert_many(
        [
            {"_id": room, "kind": "private", "name": room, "topic": "", "created_by": "ada", "created_at": 1}
            | {"last_activity_at": n, "large": False}
            for n, room in enumerate(rooms)
        ]
    )
    listed = await house.memberships.list_memberships(["ada"])
    assert {membership.room_id for membership in listed} == set(rooms[5:])
    page, token = await house.memberships.list_rooms("ada", page_size=0, page_token="")
    rest, _ = await house.memberships.list_rooms("ada", page_size=0, page_token=token)
    assert [room.id for room, _ in page + rest] == rooms[::-1]


async def test_a_new_role_is_told_to_the_room(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    changed = await house.memberships.update(room.id, "ada", "bob", role=Role.MODERATOR, muted=None)
    assert changed.role is Role.MODERATOR
    assert house.announced == [Announcement(RoomUpdated(room.id), room_ids=(room.id,))]
    await house.memberships.update(room.id, "ada", "bob", role=Role.MODERATOR, muted=None)
    assert len(house.announced) == 1


async def test_a_room_may_have_several_owners_but_never_none(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    with pytest.raises(Conflict) as raised:
        await house.memberships.update(room.id, "ada", "ada", role=Role.MEMBER, muted=None)
    assert raised.value.reason == "LAST_OWNER"
    await house.memberships.update(room.id, "ada", "bob", role=Role.OWNER, muted=None)
    assert await house.members(room) == {"ada": Role.OWNER, "bob": Role.OWNER}
    demoted = await house.memberships.update(room.id, "ada", "ada", role=Role.MEMBER, muted=None)
    assert demoted.role is Role.MEMBER


async def test_owners_who_step_down_at_once_do_not_leave_the_room_without_one(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.OWNER, eve=Role.OWNER)
    await asyncio.gather(
        *(
            house.memberships.update(room.id, user, user, role=Role.MEMBER, muted=None)
            for user in ("ada", "bob", "eve")
        ),
        return_exceptions=True,
    )
    assert Role.OWNER in (await house.members(room)).values()


async def test_one_mutes_a_room_for_oneself_and_tells_nobody(house: House) -> None:
    room, _ = await house.direct_rooms.open("ada", "bob")
    house.announced.clear()
    muted = await house.memberships.update(room.id, "ada", "ada", role=None, muted=True)
    assert muted.muted
    unmuted = await house.memberships.update(room.id, "ada", "ada", role=None, muted=False)
    assert not unmuted.muted
    with pytest.raises(Forbidden) as raised:
        await house.memberships.update(room.id, "ada", "bob", role=None, muted=True)
    assert raised.value.reason == "NOT_ONESELF"
    assert house.announced == []


async def test_there_is_no_role_for_one_who_is_not_a_member_and_no_role_that_bans(house: House) -> None:
    room = await house.room(ada=Role.OWNER, eve=Role.BANNED)
    for user in ("eve", "nobody"):
        with pytest.raises(NotFound) as missing:
            await house.memberships.update(room.id, "ada", user, role=Role.MEMBER, muted=None)
        assert missing.value.reason == "MEMBER_NOT_FOUND"
    with pytest.raises(Invalid) as invalid:
        await house.memberships.update(room.id, "ada", "ada", role=Role.BANNED, muted=None)
    assert invalid.value.field == "role"
    for user in ("eve", "nobody"):
        with pytest.raises(Forbidden):
            await house.memberships.update(room.id, user, user, role=None, muted=True)
    assert await house.memberships_store.get("nobody", room.id) is None


def test_a_ban_is_no_membership() -> None:
    assert not Membership("ada", "lobby", Role.BANNED, joined_at=0).is_member
