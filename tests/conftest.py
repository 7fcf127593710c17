"""What all tests share: a store, a broker, and a rule about what may be missing."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from mesh import broker
from mesh import database as mesh_database
from mesh.database import Database
from tests.processes import Processes, start_broker, start_store


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A test that skips itself for want of a program fails where everything must be there."""
    report = yield
    if report.skipped and os.environ.get("CI") and call.excinfo is not None:
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Starts processes that end with the tests."""
    with Processes(tmp_path_factory.mktemp("processes")) as running:
        yield running


@pytest.fixture(scope="session")
def store_url(processes: Processes) -> str:
    """A database of MONGODB_URL, or of an embedded store that is started for these tests."""
    if server := os.environ.get("MONGODB_URL"):
        return f"{server.rstrip('/')}/parlance_test_{uuid4().hex}"
    return start_store(processes)


@pytest.fixture(scope="session")
def broker_url(processes: Processes) -> str:
    """REDIS_URL, or a broker that is started for these tests."""
    return os.environ.get("REDIS_URL") or start_broker(processes)


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    """An empty database."""
    async with mesh_database.connect(store_url, app_name="tests") as connection:
        yield connection
        for name in await connection.list_collection_names():
            if not name.startswith(("neosqlite", "_neosqlite", "system.", "attachments_")):  # tables of its GridFS
                await connection[name].delete_many({})


@pytest.fixture
async def redis(broker_url: str) -> AsyncIterator[Redis]:
    """A connection to the broker."""
    async with broker.connect(broker_url) as connection:
        yield connection


@pytest.fixture
def short_tmp() -> Iterator[Path]:
    """A folder whose path is short enough for unix sockets."""
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        yield Path(folder)
