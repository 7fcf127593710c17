import asyncio
from collections.abc import Sequence

import pytest

from mesh.errors import Forbidden, Unavailable
from message_service.membership import Membership, Pair
from message_service.model import Role, Seat
from tests.patience import until

ANN: Pair = ("ann", "room")
BOB: Pair = ("bob", "room")


class Rooms:
    """room_service: what it knows, what it was asked, and whether it is there."""

    def __init__(self) -> None:
        self.roles = {ANN: Role.MEMBER}
        self.asked: list[list[Pair]] = []
        self.there = asyncio.Event()
        self.there.set()
        self.now = 0.0

    async def ask(self, pairs: Sequence[Pair]) -> list[Seat]:
        self.asked.append(list(pairs))
        await self.there.wait()
        return [Seat(self.roles.get(pair, Role.NONE)) for pair in pairs]


@pytest.fixture
async def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
async def membership(rooms: Rooms) -> Membership:
    return Membership(rooms.ask, now=lambda: rooms.now)


async def test_a_membership_is_remembered_for_five_seconds(rooms: Rooms, membership: Membership) -> None:
    for rooms.now in (0.0, 2.5, 4.9):
        assert await membership.require(*ANN) is Role.MEMBER
    assert len(rooms.asked) == 1
    rooms.roles[ANN] = Role.NONE
    rooms.now = 5.0
    with pytest.raises(Forbidden):
        await membership.require(*ANN)


async def test_that_somebody_is_not_a_member_is_not_remembered(rooms: Rooms, membership: Membership) -> None:
    with pytest.raises(Forbidden):
        await membership.require(*BOB)
    rooms.roles[BOB] = Role.MODERATOR
    assert await membership.require(*BOB) is Role.MODERATOR


async def test_a_membership_that_has_ended_is_forgotten(rooms: Rooms, membership: Membership) -> None:
    await membership.require(*ANN)
    rooms.now, rooms.roles = 5.0, {}
    assert await membership.seats([ANN]) == {ANN: Seat(Role.NONE)}
    rooms.roles[ANN] = Role.OWNER
    assert await membership.seats([ANN]) == {ANN: Seat(Role.OWNER)}


async def test_what_is_asked_at_the_same_time_is_asked_together_and_each_pair_once(
    rooms: Rooms, membership: Membership
) -> None:
    pairs = [(f"user-{number}", "room") for number in range(5)]
    await asyncio.gather(membership.seats([*pairs[:3], pairs[0]]), membership.seats(pairs[3:]))
    assert len(rooms.asked) == 1
    assert sorted(rooms.asked[0]) == pairs


async def test_questions_that_come_while_one_is_asked_wait_for_the_next(rooms: Rooms, membership: Membership) -> None:
    rooms.there.clear()
    first = asyncio.create_task(membership.seats([ANN]))
    await until(lambda: rooms.asked)
    later = [asyncio.create_task(membership.seats([(f"user-{number}", "room")])) for number in range(3)]
    await asyncio.sleep(0)
    rooms.there.set()
    assert await first == {ANN: Seat(Role.MEMBER)}
    await asyncio.gather(*later)
    assert [len(pairs) for pairs in rooms.asked] == [1, 3]


async def test_nobody_is_a_member_while_room_service_is_away() -> None:
    async def away(_pairs: Sequence[Pair]) -> list[Seat]:
        raise Unavailable("room_service is away.")

    with pytest.raises(Unavailable):
        await Membership(away, now=lambda: 0.0).require(*ANN)


async def test_only_so_many_are_remembered(
    rooms: Rooms, membership: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_service.membership._MAX_REMEMBERED", 2)
    pairs = [(f"user-{number}", "room") for number in range(5)]
    rooms.roles = dict.fromkeys(pairs, Role.MEMBER)
    for _ in range(2):
        assert await membership.seats(pairs) == dict.fromkeys(pairs, Seat(Role.MEMBER))
