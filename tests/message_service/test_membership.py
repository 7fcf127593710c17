from collections.abc import Sequence

import pytest

from mesh.errors import Forbidden
from message_service.membership import REMEMBERED_SECONDS, Membership, Pair
from message_service.model import Role


class Rooms:
    """Says what it is told to, and remembers what it was asked."""

    def __init__(self, roles: dict[Pair, Role]) -> None:
        self.roles = roles
        self.asked: list[list[Pair]] = []

    async def __call__(self, pairs: Sequence[Pair]) -> list[Role]:
        self.asked.append(sorted(pairs))
        return [self.roles.get(pair, Role.NONE) for pair in pairs]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_member_is_asked_for_once_in_five_seconds() -> None:
    rooms, clock = Rooms({("ann", "lobby"): Role.MEMBER}), Clock()
    membership = Membership(rooms, now=clock)
    assert await membership.require("ann", "lobby") is Role.MEMBER
    clock.now = REMEMBERED_SECONDS - 0.1
    assert await membership.require("ann", "lobby") is Role.MEMBER
    assert len(rooms.asked) == 1
    clock.now = REMEMBERED_SECONDS
    rooms.roles.clear()
    with pytest.raises(Forbidden) as refused:
        await membership.require("ann", "lobby")
    assert refused.value.reason == "NOT_A_MEMBER"


async def test_who_has_just_joined_may_write_at_once() -> None:
    rooms = Rooms({})
    membership = Membership(rooms, now=Clock())
    with pytest.raises(Forbidden):
        await membership.require("ann", "lobby")
    rooms.roles["ann", "lobby"] = Role.OWNER
    assert await membership.require("ann", "lobby") is Role.OWNER


async def test_many_are_asked_for_in_one_batch() -> None:
    pairs = [(f"user{number}", "lobby") for number in range(20)]
    rooms = Rooms(dict.fromkeys(pairs, Role.MEMBER))
    roles = await Membership(rooms, now=Clock()).roles(pairs)
    assert roles == dict.fromkeys(pairs, Role.MEMBER)
    assert rooms.asked == [sorted(pairs)]
