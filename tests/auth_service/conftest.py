"""The parts of auth_service on a real store, with cheap password hashing and a clock that is set by hand."""

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

from auth_service import store
from auth_service.accounts import Accounts
from auth_service.model import SessionsEnded, UserChanged
from auth_service.passwords import Passwords
from auth_service.servicer import AuthServicer
from auth_service.sessions import Sessions
from auth_service.tokens import Tokens
from mesh import database as mesh_database
from mesh.database import Database

PASSWORD = "correct horse battery"
START_SECONDS = 20.0
ACCESS_SECONDS = 900
SESSION_SECONDS = 30 * 24 * 3600


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now_ms = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)


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
        await store.Users(connection).ensure_indexes()
        await store.Sessions(connection).ensure_indexes()
        yield connection
        for collection in ("users", "sessions", "signing_keys"):
            await connection[collection].delete_many({})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def announced() -> list[SessionsEnded | UserChanged]:
    """What was announced so far, in order."""
    return []


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    passwords = Passwords(memory_kib=8, rounds=1, threads=1, max_waiting=100)
    yield passwords
    passwords.close()


@pytest.fixture
def users(database: Database) -> store.Users:
    return store.Users(database)


@pytest.fixture
def session_store(database: Database) -> store.Sessions:
    return store.Sessions(database)


@pytest.fixture
async def tokens(database: Database, clock: Clock) -> Tokens:
    tokens = Tokens(store.SigningKeys(database), lifetime_seconds=ACCESS_SECONDS, now=clock)
    await tokens.open()
    return tokens


@pytest.fixture
def sessions(
    session_store: store.Sessions,
    users: store.Users,
    tokens: Tokens,
    announced: list[SessionsEnded | UserChanged],
    clock: Clock,
) -> Sessions:
    return Sessions(session_store, users, tokens, announced.append, lifetime_seconds=SESSION_SECONDS, now=clock)


@pytest.fixture
def accounts(
    users: store.Users,
    passwords: Passwords,
    sessions: Sessions,
    announced: list[SessionsEnded | UserChanged],
    clock: Clock,
) -> Accounts:
    return Accounts(users, passwords, sessions, announced.append, now=clock)


@pytest.fixture
def servicer(accounts: Accounts, sessions: Sessions, tokens: Tokens) -> AuthServicer:
    return AuthServicer(accounts, sessions, tokens)
