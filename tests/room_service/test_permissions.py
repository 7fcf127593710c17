"""Who may do what, as one table."""

from collections.abc import Awaitable, Callable

import pytest

from mesh.errors import Forbidden, NotFound
from room_service.model import Role, Room, RoomKind
from tests.room_service.house import House

PEOPLE = {
    "owner": Role.OWNER,
    "co_owner": Role.OWNER,
    "moderator": Role.MODERATOR,
    "co_moderator": Role.MODERATOR,
    "member": Role.MEMBER,
    "co_member": Role.MEMBER,
    "banned": Role.BANNED,
    "co_banned": Role.BANNED,
}
ACTORS = ("owner", "moderator", "member", "banned", "stranger")

ANYBODY = set(ACTORS)
MEMBERS = {"owner", "moderator", "member"}
MODERATORS = {"owner", "moderator"}
OWNERS = {"owner"}

Act = Callable[[House, Room, str], Awaitable[object]]


def remove(user_id: str, *, ban: bool = False) -> Act:
    return lambda house, room, actor: house.departures.remove(room.id, actor, user_id, ban=ban)


def change_role(user_id: str, role: Role) -> Act:
    return lambda house, room, actor: house.memberships.update(room.id, actor, user_id, role=role, muted=None)


def list_members(*, with_banned: bool) -> Act:
    return lambda house, room, actor: house.memberships.list_members(
        room.id, actor, page_size=0, page_token="", with_banned=with_banned
    )


def update(house: House, room: Room, actor: str) -> Awaitable[object]:
    return house.rooms.update(room.id, actor, name=None, topic="New", by_admin=False)


ACTS: dict[str, tuple[Act, set[str], set[str]]] = {
    # what                                                           in a public room, in a private room
    "get": (lambda house, room, actor: house.rooms.get(room.id, actor, by_admin=False), ANYBODY, MEMBERS),
    "list members": (list_members(with_banned=False), ANYBODY, MEMBERS),
    "list the banned too": (list_members(with_banned=True), MODERATORS, MODERATORS),
    "join": (lambda house, room, actor: house.admissions.join(room.id, actor), MEMBERS | {"stranger"}, MEMBERS),
    "add somebody": (lambda house, room, actor: house.admissions.add(room.id, actor, "new"), MEMBERS, MODERATORS),
    "update": (update, MODERATORS, MODERATORS),
    "remove a member": (remove("co_member"), MODERATORS, MODERATORS),
    "ban a member": (remove("co_member", ban=True), MODERATORS, MODERATORS),
    "ban one who is not there": (remove("new", ban=True), MODERATORS, MODERATORS),
    "lift a ban": (remove("co_banned"), MODERATORS, MODERATORS),
    "remove a moderator": (remove("co_moderator"), OWNERS, OWNERS),
    "ban a moderator": (remove("co_moderator", ban=True), OWNERS, OWNERS),
    "remove an owner": (remove("co_owner"), OWNERS, OWNERS),
    "ban an owner": (remove("co_owner", ban=True), OWNERS, OWNERS),
    "make a moderator": (change_role("co_member", Role.MODERATOR), OWNERS, OWNERS),
    "make an owner": (change_role("co_member", Role.OWNER), OWNERS, OWNERS),
    "demote a moderator": (change_role("co_moderator", Role.MEMBER), OWNERS, OWNERS),
    "demote an owner": (change_role("co_owner", Role.MEMBER), OWNERS, OWNERS),
    "delete": (lambda house, room, actor: house.rooms.delete(room.id, actor, by_admin=False), OWNERS, OWNERS),
}


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
@pytest.mark.parametrize("name", ACTS)
async def test_a_role_says_what_one_may_do(house: House, name: str, kind: RoomKind, actor: str) -> None:
    act, in_public, in_private = ACTS[name]
    room = await house.room(kind, **PEOPLE)
    if actor in (in_public if kind is RoomKind.PUBLIC else in_private):
        await act(house, room, actor)
        return
    hidden = kind is RoomKind.PRIVATE and actor not in MEMBERS
    before = await house.members(room)
    with pytest.raises(NotFound if hidden else Forbidden):
        await act(house, room, actor)
    assert await house.members(room) == before
    assert house.announced == []


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE, RoomKind.DIRECT])
async def test_an_administrator_may_see_change_and_delete_any_room_but_not_change_a_direct_one(
    house: House, kind: RoomKind
) -> None:
    room = await house.room(kind, member=Role.MEMBER)
    _, count = await house.rooms.get(room.id, "admin", by_admin=True)
    assert count == 1
    if kind is RoomKind.DIRECT:
        with pytest.raises(Forbidden):
            await house.rooms.update(room.id, "admin", name=None, topic="New", by_admin=True)
    else:
        changed = await house.rooms.update(room.id, "admin", name=None, topic="New", by_admin=True)
        assert changed.topic == "New"
    await house.rooms.delete(room.id, "admin", by_admin=True)
    assert await house.role("member", room) is None


async def test_a_visitors_room_is_nothing_that_an_administrator_may_know(house: House) -> None:
    room = await house.room(RoomKind.SUPPORT, member=Role.MEMBER)
    for act in (
        house.rooms.get(room.id, "admin", by_admin=True),
        house.memberships.list_members(room.id, "admin", page_size=0, page_token="", by_admin=True),
        house.rooms.update(room.id, "admin", name=None, topic="New", by_admin=True),
        house.rooms.delete(room.id, "admin", by_admin=True),
    ):
        with pytest.raises(NotFound):
            await act
    assert await house.role("member", room) is Role.MEMBER


async def test_a_visitor_does_not_leave_its_room(house: House) -> None:
    room = await house.room(RoomKind.SUPPORT, member=Role.MEMBER)
    with pytest.raises(Forbidden):
        await house.departures.leave(room.id, "member")
    assert await house.role("member", room) is Role.MEMBER


@pytest.mark.parametrize("name", sorted(ACTS.keys() - {"get", "list members", "list the banned too", "join"}))
async def test_a_direct_room_belongs_to_its_two_members_and_never_changes(house: House, name: str) -> None:
    act, _, _ = ACTS[name]
    room = await house.room(RoomKind.DIRECT, member=Role.MEMBER, co_member=Role.MEMBER)
    with pytest.raises(Forbidden):
        await act(house, room, "member")
    with pytest.raises(NotFound):
        await act(house, room, "stranger")
    assert await house.members(room) == {"member": Role.MEMBER, "co_member": Role.MEMBER}
