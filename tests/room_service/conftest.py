import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from mesh import database as mesh_database
from mesh.database import Database
from tests.room_service.house import House

START_SECONDS = 20.0


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """A database of MONGODB_URL, or of an embedded store that is started for these tests."""
    name = f"parlance_test_{uuid4().hex}"
    if server := os.environ.get("MONGODB_URL"):
        yield f"{server.rstrip('/')}/{name}"
        return
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder, "store.sock")
        command = [sys.executable, "-m", "cli.embedded.store", f"{folder}/store.db", str(socket)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        try:
            _wait_for(socket, process)
            yield f"mongodb://{quote(str(socket), safe='')}/{name}"
        finally:
            process.terminate()
            process.communicate()


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while not socket.exists():
        assert process.poll() is None, "the embedded store has ended"
        assert time.monotonic() < until, "the embedded store does not start"
        time.sleep(0.01)


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    async with mesh_database.connect(store_url, app_name="tests") as connection:
        yield connection
        for collection in ("rooms", "memberships"):
            await connection[collection].delete_many({})


@pytest.fixture
async def house(database: Database) -> House:
    house = House(database)
    await house.open()
    return house
