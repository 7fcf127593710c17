import asyncio

import pytest

from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound
from room_service.events import Announcement, RoomCreated, RoomUpdated
from room_service.model import Membership, Role, Room, RoomKind
from tests.room_service.house import House


async def names_of(house: House, prefix: str = "", *, page_size: int = 0) -> list[list[str]]:
    """The names of all public rooms, page by page."""
    listed, token = [], ""
    while True:
        rooms, token = await house.rooms.list_public(prefix, page_size=page_size, page_token=token)
        listed.append([room.name for room in rooms])
        if not token:
            return listed


@pytest.mark.parametrize("kind", [RoomKind.PUBLIC, RoomKind.PRIVATE])
async def test_who_creates_a_room_owns_it_and_hears_of_it(house: House, kind: RoomKind) -> None:
    room, membership = await house.rooms.create("ada", kind, " Lobby ", " All things ")
    assert (room.kind, room.name, room.topic, room.created_by) == (kind, "Lobby", "All things", "ada")
    assert membership == Membership("ada", room.id, Role.OWNER, joined_at=room.created_at)
    assert house.announced == [Announcement(RoomCreated(room.id), user_ids=("ada",))]
    standing, count = await house.rooms.get(room.id, "ada", by_admin=False)
    assert (standing.room, standing.membership, count) == (room, membership, 1)


@pytest.mark.parametrize("kind", [None, RoomKind.DIRECT, RoomKind.SUPPORT])
async def test_only_public_and_private_rooms_are_created_by_people(house: House, kind: RoomKind | None) -> None:
    with pytest.raises(Invalid) as raised:
        await house.rooms.create("ada", kind, "Lobby", "")
    assert (raised.value.reason, raised.value.field) == ("INVALID_KIND", "kind")


async def test_of_those_who_want_a_public_name_at_once_one_gets_it(house: House) -> None:
    attempts = [
        house.rooms.create(user, RoomKind.PUBLIC, name, "")
        for user, name in (("ada", "Lobby"), ("bob", "lobby"), ("eve", "LOBBY"))
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, AlreadyExists)]
    assert [(error.reason, error.field) for error in refused] == [("NAME_TAKEN", "name")] * 2
    for user in ("ada", "bob", "eve"):  # nothing is left of a refused attempt
        rooms, _ = await house.memberships.list_rooms(user, page_size=0, page_token="")
        assert len(await house.memberships.list_memberships([user])) == len(rooms)


async def test_private_rooms_may_share_a_name(house: House) -> None:
    for _ in range(2):
        await house.rooms.create("ada", RoomKind.PRIVATE, "Lobby", "")
    await house.rooms.create("ada", RoomKind.PUBLIC, "Lobby", "")


async def test_a_public_room_is_found_by_id_and_by_name_without_regard_to_case(house: House) -> None:
    room = await house.room(name="Straße", ada=Role.OWNER)
    for reference in (room.id, "Straße", "STRASSE"):
        standing, _ = await house.rooms.get(reference, "bob", by_admin=False)
        assert (standing.room, standing.membership) == (room, None)


@pytest.mark.parametrize("reference", ["", "Nowhere", "00000000-0000-7000-8000-000000000000", "direct-" + "0" * 32])
async def test_an_unknown_room_is_not_found(house: House, reference: str) -> None:
    with pytest.raises(NotFound) as raised:
        await house.rooms.get(reference, "ada", by_admin=True)
    assert raised.value.reason == "ROOM_NOT_FOUND"


async def test_a_private_room_is_never_found_by_its_name(house: House) -> None:
    await house.room(RoomKind.PRIVATE, name="Secret", ada=Role.OWNER)
    with pytest.raises(NotFound):
        await house.rooms.get("Secret", "ada", by_admin=False)


async def test_the_banned_are_not_counted_and_not_shown_as_members(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER, eve=Role.BANNED)
    standing, count = await house.rooms.get(room.id, "eve", by_admin=False)
    assert (standing.membership, count) == (None, 2)


async def test_public_rooms_are_listed_by_name_in_pages(house: House) -> None:
    for name in ("delta", "Alpha", "écho", "charlie", "Bravo"):
        await house.room(name=name)
    await house.room(RoomKind.PRIVATE, name="aardvark")
    assert await names_of(house) == [["Alpha", "Bravo", "charlie", "delta", "écho"]]
    assert await names_of(house, page_size=2) == [["Alpha", "Bravo"], ["charlie", "delta"], ["écho"]]


async def test_a_prefix_narrows_the_list_without_regard_to_case(house: House) -> None:
    for name in ("Go", "Gophers", "golang 🦫", "good", "gp", "g", "$where", ".*"):
        await house.room(name=name)
    assert await names_of(house, " GO", page_size=2) == [["Go", "golang 🦫"], ["good", "Gophers"]]
    assert await names_of(house, ".") == [[".*"]]
    assert await names_of(house, "$") == [["$where"]]
    assert await names_of(house, "none") == [[]]


async def test_name_and_topic_change_each_on_its_own_and_the_room_hears_of_it(house: House) -> None:
    room = await house.room(name="Old", ada=Role.OWNER)
    renamed = await house.rooms.update(room.id, "ada", name=" New ", topic=None, by_admin=False)
    assert (renamed.name, renamed.topic) == ("New", "")
    retold = await house.rooms.update(room.id, "ada", name=None, topic="Things", by_admin=False)
    assert (retold.name, retold.topic) == ("New", "Things")
    assert house.announced == [Announcement(RoomUpdated(room.id), room_ids=(room.id,))] * 2
    assert (await house.rooms.get("new", "bob", by_admin=False))[0].room == retold
    await house.room(name="Old")  # the name is free again


async def test_an_update_that_changes_nothing_announces_nothing(house: House) -> None:
    room = await house.room(name="Lobby", ada=Role.OWNER)
    assert await house.rooms.update(room.id, "ada", name=None, topic=None, by_admin=False) == room
    assert await house.rooms.update(room.id, "ada", name="Lobby", topic="", by_admin=False) == room
    assert house.announced == []


async def test_a_public_room_cannot_take_the_name_of_another_but_may_change_the_case_of_its_own(house: House) -> None:
    await house.room(name="Taken")
    room = await house.room(name="Lobby", ada=Role.OWNER)
    with pytest.raises(AlreadyExists) as raised:
        await house.rooms.update(room.id, "ada", name="tAKEN", topic="Things", by_admin=False)
    assert raised.value.reason == "NAME_TAKEN"
    assert (await house.rooms.get(room.id, "ada", by_admin=False))[0].room == room
    assert (await house.rooms.update(room.id, "ada", name="LOBBY", topic=None, by_admin=False)).name == "LOBBY"


async def test_a_room_that_vanishes_during_an_update_is_not_found_and_does_not_return(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    outcomes = await asyncio.gather(
        house.rooms.delete(room.id, "ada", by_admin=False),
        *(house.rooms.update(room.id, "ada", name=None, topic=f"{n}", by_admin=False) for n in range(5)),
        return_exceptions=True,
    )
    assert outcomes[0] is None
    assert all(isinstance(outcome, NotFound | Room | Forbidden) for outcome in outcomes[1:])
    with pytest.raises(NotFound):
        await house.rooms.get(room.id, "ada", by_admin=True)
