import asyncio
import random

import pytest

from mesh.errors import Invalid
from room_service.events import Announcement, Read
from room_service.model import ReadMarker, Role, Room
from tests.room_service.house import House


def marker(user_id: str, room: Room, seq: int) -> ReadMarker:
    return ReadMarker(user_id, room.id, seq)


async def test_a_marker_moves_forward_and_is_told_to_the_room_and_ones_other_devices(house: House) -> None:
    room = await house.room(ada=Role.OWNER, bob=Role.MEMBER)
    assert await house.read_markers.mark([marker("bob", room, 5)]) == [marker("bob", room, 5)]
    assert house.announced == [Announcement(Read(room.id, "bob", 5), room_ids=(room.id,), user_ids=("bob",))]
    membership = await house.memberships_store.get("bob", room.id)
    assert membership is not None
    assert membership.read_seq == 5


async def test_a_marker_never_moves_back_and_one_that_stands_still_is_not_told(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.read_markers.mark([marker("ada", room, 5)])
    house.announced.clear()
    for seq in (5, 4, 0):
        assert await house.read_markers.mark([marker("ada", room, seq)]) == [marker("ada", room, 5)]
    assert house.announced == []


async def test_devices_that_read_at_once_end_up_with_the_furthest_marker(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    seqs = list(range(1, 31))
    random.Random(7).shuffle(seqs)
    answers = await asyncio.gather(*(house.read_markers.mark([marker("ada", room, seq)]) for seq in seqs))
    assert all(stands.seq >= seq for seq, [stands] in zip(seqs, answers, strict=True))
    assert await house.read_markers.mark([marker("ada", room, 0)]) == [marker("ada", room, 30)]


async def test_of_several_markers_of_one_place_in_a_batch_the_furthest_counts(house: House) -> None:
    room, other = await house.room(ada=Role.OWNER), await house.room(ada=Role.OWNER)
    batch = [marker("ada", room, 3), marker("ada", room, 7), marker("ada", other, 2), marker("ada", room, 5)]
    moved = await house.read_markers.mark(batch)
    assert sorted(moved, key=lambda stands: stands.seq) == [marker("ada", other, 2), marker("ada", room, 7)]
    assert sorted(house.events, key=lambda event: event.room_id) == sorted(
        [Read(room.id, "ada", 7), Read(other.id, "ada", 2)], key=lambda event: event.room_id
    )


async def test_markers_of_those_who_are_not_members_are_passed_over(house: House) -> None:
    room = await house.room(ada=Role.OWNER, eve=Role.BANNED)
    batch = [marker("eve", room, 3), marker("bob", room, 3), ReadMarker("ada", "nowhere", 3), marker("ada", room, 3)]
    assert await house.read_markers.mark(batch) == [marker("ada", room, 3)]
    assert house.events == [Read(room.id, "ada", 3)]
    assert await house.read_markers.mark([]) == []


async def test_in_a_large_room_only_ones_own_devices_are_told(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    await house.rooms_store.mark_large(room, True)
    await house.read_markers.mark([marker("ada", room, 2)])
    assert house.announced == [Announcement(Read(room.id, "ada", 2), user_ids=("ada",))]


async def test_a_place_is_never_negative(house: House) -> None:
    room = await house.room(ada=Role.OWNER)
    with pytest.raises(Invalid) as raised:
        await house.read_markers.mark([marker("ada", room, -1)])
    assert raised.value.field == "seq"
