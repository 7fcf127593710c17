"""The parts of auth_service on a real store, with cheap password hashing and a clock that is set by hand."""

import time
from collections.abc import Iterator

import pytest

from auth_service import store
from auth_service.accounts import Accounts
from auth_service.model import SessionsEnded, UserChanged
from auth_service.passwords import Passwords
from auth_service.servicer import AuthServicer
from auth_service.sessions import Sessions
from auth_service.tokens import Tokens
from mesh.database import Database

PASSWORD = "correct horse battery"
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
async def users(database: Database) -> store.Users:
    users = store.Users(database)
    await users.ensure_indexes()
    return users


@pytest.fixture
async def session_store(database: Database) -> store.Sessions:
    sessions = store.Sessions(database)
    await sessions.ensure_indexes()
    return sessions


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
