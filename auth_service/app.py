"""auth_service: its settings, and how it is put together."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pydantic import Field, PositiveInt

from auth_service import sessions, store, tokens
from auth_service.accounts import Accounts
from auth_service.announcements import announcement
from auth_service.model import SessionsEnded, UserChanged, wall_clock
from auth_service.passwords import Passwords
from auth_service.servicer import AuthServicer
from mesh import access, database, tls
from mesh.announcer import announcing
from mesh.lifecycle import Tasks, every
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import serving
from mesh.settings import ServiceSettings
from parlance.auth.v1 import auth_pb2_grpc
from parlance.message.v1 import live_pb2_grpc

SERVICE = "parlance.auth.v1.AuthService"


class AuthSettings(ServiceSettings):
    """What auth_service takes."""

    process = access.AUTH
    message_target: str
    """Where message_service is, which tells the edges of ended sessions."""
    access_token_seconds: PositiveInt = 15 * 60
    session_days: PositiveInt = 30
    """How long a session lasts without being refreshed."""
    password_memory_kib: int = Field(default=19_456, ge=8)
    """What one hash takes; for the defaults see `auth_service.passwords`. Stored hashes follow at the next login."""
    password_rounds: PositiveInt = 2
    password_threads: PositiveInt = max(1, (os.cpu_count() or 1) - 1)
    """How many passwords are hashed at once. The default leaves one core for everything else."""
    password_waiting: int = Field(default=32, ge=0)
    """How many passwords may wait for each thread; at 50 to 100 ms a hash, the last one waits for 2 to 3 seconds."""


@asynccontextmanager
async def running(settings: AuthSettings) -> AsyncIterator[None]:
    """Serve while the context lasts."""
    async with AsyncExitStack() as stack:
        identity = await stack.enter_async_context(tls.identity(settings.tls_dir, settings.process))
        connection = await stack.enter_async_context(database.connect(settings.mongodb_url, app_name="auth_service"))
        user_store, session_store = store.Users(connection), store.Sessions(connection)
        await user_store.ensure_indexes()
        await session_store.ensure_indexes()

        replicas = await stack.enter_async_context(connected(settings.message_target, access.MESSAGE, identity))
        client = Client(replicas, live_pb2_grpc.LiveServiceStub, caller=access.AUTH)
        announcer = await stack.enter_async_context(announcing(client))

        def announce(event: SessionsEnded | UserChanged) -> None:
            announcer(announcement(event))

        keys = tokens.Tokens(
            store.SigningKeys(connection), lifetime_seconds=settings.access_token_seconds, now=wall_clock
        )
        await keys.open()
        logins = sessions.Sessions(
            session_store,
            user_store,
            keys,
            announce,
            lifetime_seconds=settings.session_days * 24 * 3600,
            now=wall_clock,
        )
        passwords = Passwords(
            memory_kib=settings.password_memory_kib,
            rounds=settings.password_rounds,
            threads=settings.password_threads,
            max_waiting=settings.password_waiting * settings.password_threads,
        )
        stack.callback(passwords.close)
        accounts = Accounts(user_store, passwords, logins, announce, now=wall_clock)

        background = Tasks()
        stack.push_async_callback(background.close)
        background.start(every(tokens.RELOAD_SECONDS, keys.reload))
        background.start(every(sessions.SWEEP_SECONDS, logins.sweep))

        servicer = AuthServicer(accounts, logins, keys)
        register = {SERVICE: lambda server: auth_pb2_grpc.add_AuthServiceServicer_to_server(servicer, server)}
        await stack.enter_async_context(
            serving(settings.listen, register, identity=identity, insecure=settings.insecure)
        )
        yield
