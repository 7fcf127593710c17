import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from mesh import broker
from mesh.errors import Unavailable
from message_service.presence import EXPIRY_SECONDS, PresenceBoard, Report

Told = list[tuple[str, bool, list[str]]]


class Clock:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
async def boards(redis: Redis, told: Told, clock: Clock) -> AsyncIterator[list[PresenceBoard]]:
    """Two replicas."""

    def tell(user_id: str, online: bool, room_ids: Sequence[str]) -> None:
        told.append((user_id, online, list(room_ids)))

    await redis.delete("presence:expiry")
    yield [PresenceBoard(redis, tell, now=clock) for _ in range(2)]
    await redis.delete("presence:expiry")


async def test_a_user_comes_with_the_first_edge_and_goes_with_the_last(boards: list[PresenceBoard], told: Told) -> None:
    one, other = boards
    user = str(uuid4())
    await one.update("edge a", [Report(user, True, ["lobby"])])
    await other.update("edge b", [Report(user, True, ["lobby"])])
    assert await other.online([user, str(uuid4())]) == [user]
    await one.update("edge a", [Report(user, False, ["lobby"])])
    assert told == [(user, True, ["lobby"])]
    await one.update("edge b", [Report(user, False, ["lobby"])])
    assert told[1:] == [(user, False, ["lobby"])]
    assert await one.online([user]) == []


async def test_what_a_dead_edge_reported_expires_and_one_replica_tells(
    boards: list[PresenceBoard], told: Told, clock: Clock
) -> None:
    one, other = boards
    user = str(uuid4())
    await one.update("edge a", [Report(user, True, ["lobby", "garden"])])
    clock.now += EXPIRY_SECONDS * 1000 - 1
    await one.sweep()
    assert told == [(user, True, ["lobby", "garden"])]
    clock.now += 1
    await one.sweep()
    await other.sweep()
    assert told[1:] == [(user, False, ["lobby", "garden"])]


async def test_reporting_again_keeps_a_user_here(boards: list[PresenceBoard], told: Told, clock: Clock) -> None:
    one, _ = boards
    user = str(uuid4())
    for _ in range(4):
        await one.update("edge a", [Report(user, True, [])])
        clock.now += EXPIRY_SECONDS * 500
        await one.sweep()
    assert told == [(user, True, [])]


async def test_replicas_that_sweep_at_the_same_time_tell_once(
    boards: list[PresenceBoard], told: Told, clock: Clock
) -> None:
    users = [str(uuid4()) for _ in range(20)]
    await boards[0].update("edge a", [Report(user, True, []) for user in users])
    clock.now += EXPIRY_SECONDS * 1000
    await asyncio.gather(*(board.sweep() for board in boards * 2))
    assert sorted(told[20:]) == sorted((user, False, []) for user in users)


async def test_a_user_who_comes_on_many_edges_at_the_same_time_comes_once(
    boards: list[PresenceBoard], told: Told
) -> None:
    user = str(uuid4())
    reports = [board.update(f"edge {number}", [Report(user, True, [])]) for number, board in enumerate(boards * 5)]
    await asyncio.gather(*reports)
    assert told == [(user, True, [])]


async def test_one_dead_edge_does_not_take_a_user_away_who_is_on_another(
    boards: list[PresenceBoard], told: Told, clock: Clock
) -> None:
    one, other = boards
    user = str(uuid4())
    await one.update("edge a", [Report(user, True, [])])
    clock.now += EXPIRY_SECONDS * 500
    await one.update("edge b", [Report(user, True, [])])
    clock.now += EXPIRY_SECONDS * 500
    await other.sweep()
    assert await other.online([user]) == [user]
    assert told == [(user, True, [])]


async def test_nobody_knows_who_is_here_while_redis_is_away(clock: Clock) -> None:
    async with broker.connect("unix:///nowhere/broker.sock") as nowhere:
        board = PresenceBoard(nowhere, lambda *_: None, now=clock)
        with pytest.raises(Unavailable):
            await board.online(["ann"])
