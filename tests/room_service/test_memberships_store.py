from room_service.model import Membership, ReadMarker, Role
from tests.room_service.house import House


async def test_what_was_decided_on_an_outdated_role_does_not_happen(house: House) -> None:
    store = house.memberships_store
    outdated = Membership("ada", "lobby", Role.MEMBER, joined_at=1)
    assert await store.insert(outdated)
    assert await store.change_role(outdated, Role.MODERATOR)
    assert not await store.change_role(outdated, Role.OWNER)
    assert not await store.remove(outdated)
    current = await store.get("ada", "lobby")
    assert current == Membership("ada", "lobby", Role.MODERATOR, joined_at=1)
    assert await store.remove(current)
    assert not await store.remove(current)


async def test_nobody_is_in_a_room_twice(house: House) -> None:
    store = house.memberships_store
    assert await store.insert(Membership("ada", "lobby", Role.OWNER, joined_at=1))
    assert not await store.insert(Membership("ada", "lobby", Role.BANNED, joined_at=2))
    assert [membership.role for membership in await store.of_user("ada")] == [Role.OWNER]


async def test_counting_stops_at_its_limit_and_passes_over_bans(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER, mo=Role.MODERATOR, eve=Role.BANNED)
    store = house.memberships_store
    assert await store.count_members(room.id) == 3
    assert await store.count_members(room.id, at_most=2) == 2
    assert await store.count_members(room.id, at_most=9) == 3
    assert await store.count_owners(room.id) == 1
    assert await store.count_rooms("eve", at_most=9) == 0


async def test_a_marker_of_nobody_creates_nothing(house: House) -> None:
    assert not await house.memberships_store.move_read_marker(ReadMarker("ada", "lobby", 7))
    assert await house.memberships_store.get("ada", "lobby") is None
