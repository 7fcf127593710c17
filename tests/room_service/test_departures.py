import asyncio

import pytest

from mesh.errors import Forbidden, Invalid, NotFound
from room_service.events import Announcement, MemberLeft, RoomDeleted, RoomUpdated
from room_service.model import Role, RoomKind
from tests.room_service.house import House


async def test_who_leaves_is_gone_and_both_it_and_the_room_hear_of_it(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    await house.departures.leave(room.id, "bob")
    assert await house.members(room) == {"ada": Role.OWNER}
    event = MemberLeft(room.id, "bob", removed=False)
    assert house.announced == [Announcement(event, room_ids=(room.id,), user_ids=("bob",))]


async def test_leaving_twice_or_what_is_not_there_succeeds(house: House) -> None:
    room = await house.room(RoomKind.PRIVATE, ada=Role.OWNER)
    await house.departures.leave(room.id, "stranger")
    assert house.announced == []
    for _ in range(2):
        await house.departures.leave(room.id, "ada")
    assert house.events == [MemberLeft(room.id, "ada", removed=False), RoomDeleted(room.id)]


async def test_leaving_does_not_lift_a_ban(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.BANNED)
    await house.departures.leave(room.id, "bob")
    assert await house.role("bob", room) is Role.BANNED


async def test_nobody_leaves_a_direct_room(house: House) -> None:
    room, _ = await house.direct_rooms.open("ada", "bob")
    with pytest.raises(Forbidden) as raised:
        await house.departures.leave(room.id, "ada")
    assert raised.value.reason == "DIRECT_ROOM"


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
async def test_an_owner_who_leaves_hands_over_to_the_longest_standing_moderator_else_member(
    house: House, kind: RoomKind
) -> None:
    room = await house.room(
        kind, ada=Role.OWNER, ann=Role.MEMBER, bob=Role.MODERATOR, eve=Role.MODERATOR, ban=Role.BANNED
    )
    await house.departures.leave(room.id, "ada")
    assert await house.members(room) == {"ann": Role.MEMBER, "bob": Role.OWNER, "eve": Role.MODERATOR}
    assert house.events == [MemberLeft(room.id, "ada", removed=False), RoomUpdated(room.id)]
    for leaving in ("bob", "eve"):
        await house.departures.leave(room.id, leaving)
    assert await house.members(room) == {"ann": Role.OWNER}


async def test_an_owner_who_leaves_other_owners_behind_hands_nothing_over(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.OWNER, eve=Role.MODERATOR)
    await house.departures.leave(room.id, "ada")
    assert await house.members(room) == {"bob": Role.OWNER, "eve": Role.MODERATOR}
    assert RoomUpdated(room.id) not in house.events


async def test_the_last_who_leaves_a_private_room_closes_it_and_a_public_room_stays(house: House) -> None:
    private = await house.room(RoomKind.PRIVATE, ada=Role.OWNER, eve=Role.BANNED)
    public = await house.room(RoomKind.PUBLIC, ada=Role.OWNER)
    for room in (private, public):
        await house.departures.leave(room.id, "ada")
    with pytest.raises(NotFound):
        await house.rooms.get(private.id, "ada", by_admin=True)
    assert (await house.rooms.get(public.id, "ada", by_admin=False))[1] == 0
    assert RoomDeleted(private.id) in house.events
    assert RoomDeleted(public.id) not in house.events
    await house.purger.purge()
    assert house.purged == [private.id]


async def test_when_all_leave_at_once_the_room_always_ends_up_in_somebodys_hands(house: House) -> None:
    roles = {f"owner-{n}": Role.OWNER for n in range(4)} | {f"member-{n}": Role.MEMBER for n in range(6)}
    room = await house.room(RoomKind.PUBLIC, **roles)
    leaving = [user for user in roles if user not in {"member-2", "member-5"}]
    await asyncio.gather(*(house.departures.leave(room.id, user) for user in leaving))
    left = await house.members(room)
    assert left.keys() == {"member-2", "member-5"}
    assert Role.OWNER in left.values()


async def test_when_all_leave_a_private_room_at_once_it_is_closed_once(house: House) -> None:
    roles = {f"user-{n}": Role.OWNER if n == 0 else Role.MEMBER for n in range(8)}
    room = await house.room(RoomKind.PRIVATE, **roles)
    await asyncio.gather(*(house.departures.leave(room.id, user) for user in roles))
    assert house.events.count(RoomDeleted(room.id)) == 1
    assert sum(isinstance(event, MemberLeft) for event in house.events) == 8


@pytest.mark.parametrize("ban", [False, True])
async def test_who_is_removed_hears_of_it_and_only_a_ban_keeps_it_out(house: House, ban: bool) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    await house.departures.remove(room.id, "ada", "bob", ban=ban)
    event = MemberLeft(room.id, "bob", removed=True)
    assert house.announced == [Announcement(event, room_ids=(room.id,), user_ids=("bob",))]
    assert await house.role("bob", room) is (Role.BANNED if ban else None)


async def test_banning_twice_is_the_same_as_once(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.BANNED)
    await house.departures.remove(room.id, "ada", "bob", ban=True)
    assert await house.role("bob", room) is Role.BANNED
    assert house.announced == []


async def test_one_who_has_left_can_still_be_banned(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.departures.remove(room.id, "ada", "bob", ban=True)
    with pytest.raises(Forbidden):
        await house.admissions.join(room.id, "bob")
    assert house.announced == []


async def test_removing_one_who_is_not_there_says_so(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    with pytest.raises(NotFound) as raised:
        await house.departures.remove(room.id, "ada", "bob", ban=False)
    assert raised.value.reason == "MEMBER_NOT_FOUND"


async def test_removing_oneself_is_leaving_and_nobody_bans_themselves(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    with pytest.raises(Invalid):
        await house.departures.remove(room.id, "ada", "ada", ban=True)
    await house.departures.remove(room.id, "bob", "bob", ban=False)
    assert house.events == [MemberLeft(room.id, "bob", removed=False)]


async def test_a_moderator_who_is_as_fast_as_a_promotion_still_removes_no_owner(house: House) -> None:
    room = await house.room(ada=Role.OWNER, mo=Role.MODERATOR, bob=Role.MEMBER)
    promotion, removal = await asyncio.gather(
        house.memberships.update(room.id, "ada", "bob", role=Role.OWNER, muted=None),
        house.departures.remove(room.id, "mo", "bob", ban=False),
        return_exceptions=True,
    )
    if removal is None:  # it came first, and there was nobody left to promote
        assert isinstance(promotion, NotFound)
        assert await house.role("bob", room) is None
    else:
        assert isinstance(removal, Forbidden)
        assert await house.role("bob", room) is Role.OWNER


async def test_a_user_whose_account_goes_away_is_in_no_room_any_more(house: House) -> None:
    owned = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    alone = await house.room(RoomKind.PRIVATE, ada=Role.OWNER)
    banned = await house.room(bob=Role.OWNER, ada=Role.BANNED)
    direct, _ = await house.direct_rooms.open("ada", "bob")
    house.announced.clear()
    await house.departures.remove_user("ada")
    assert await house.memberships_store.of_user("ada") == []
    assert await house.members(owned) == {"bob": Role.OWNER}
    assert await house.members(direct) == {"bob": Role.MEMBER}
    assert {event.room_id for event in house.events if isinstance(event, MemberLeft)} == {
        owned.id,
        alone.id,
        direct.id,
    }
    assert banned.id not in {event.room_id for event in house.events}
    assert RoomDeleted(alone.id) in house.events
    await house.departures.remove_user("bob")
    assert RoomDeleted(direct.id) in house.events
    await house.departures.remove_user("bob")
