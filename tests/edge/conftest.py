from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.edge.stage import Services, Stage, staged


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
async def stage(services: Services, short_tmp: Path, redis: Redis) -> AsyncIterator[Stage]:
    async with staged(services, f"unix:{short_tmp / 'mesh.sock'}", redis) as stage:
        yield stage
        assert all(stage.hub.rooms.values()), "a room without connections stays open"
