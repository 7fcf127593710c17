from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.nginx.fleet import Fleet
from tests.nginx.front import FrontDoor, Replicas, find_nginx, front_door
from tests.processes import Processes

UNLIMITED = {"PARLANCE_LOGINS_PER_MINUTE": "100000", "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000"}


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two edges that no test may harm; a test may add others."""
    find_nginx()
    with Replicas() as replicas, Processes(tmp_path_factory.mktemp("fleet")) as processes:
        yield Fleet(processes, replicas)


@pytest.fixture(scope="session")
def front(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    """nginx before the two edges."""
    with front_door(tmp_path_factory.mktemp("front"), fleet.replicas, **UNLIMITED) as running:
        running.find(*fleet.addresses)
        yield running


@pytest.fixture
def replicas() -> Iterator[Replicas]:
    """A name behind which there is nothing yet."""
    with Replicas() as none:
        yield none


@pytest.fixture
def lonely(replicas: Replicas, tmp_path: Path) -> Iterator[FrontDoor]:
    """nginx before whatever the test puts into `replicas`."""
    find_nginx()
    with front_door(tmp_path, replicas) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
