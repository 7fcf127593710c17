"""The whole service on a socket, with somebody in message_service's place who writes down what is announced."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import grpc
import pytest

from auth_service.app import AuthSettings, running
from mesh import access
from mesh.database import Database
from mesh.replicas import connected
from mesh.rpc import Client
from parlance.auth.v1 import auth_pb2, auth_pb2_grpc
from parlance.message.v1 import live_pb2, live_pb2_grpc
from tests.auth_service.conftest import PASSWORD
from tests.patience import PATIENCE_SECONDS

Auth: TypeAlias = "Client[auth_pb2_grpc.AuthServiceAsyncStub]"


class Announcements(live_pb2_grpc.LiveServiceServicer):
    def __init__(self) -> None:
        self.queue: asyncio.Queue[live_pb2.Announcement] = asyncio.Queue()

    async def Announce(self, request: live_pb2.AnnounceRequest, context: Any) -> live_pb2.AnnounceResponse:
        for announcement in request.announcements:
            self.queue.put_nowait(announcement)
        return live_pb2.AnnounceResponse()

    async def UpdatePresence(self, request: Any, context: Any) -> live_pb2.UpdatePresenceResponse:
        raise NotImplementedError

    async def ListPresence(self, request: Any, context: Any) -> live_pb2.ListPresenceResponse:
        raise NotImplementedError


@asynccontextmanager
async def listening(target: str) -> AsyncIterator[Announcements]:
    announcements = Announcements()
    server = grpc.aio.server()
    live_pb2_grpc.add_LiveServiceServicer_to_server(announcements, server)
    server.add_insecure_port(target)
    await server.start()
    yield announcements
    await server.stop(None)


@pytest.fixture
def settings(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuthSettings:
    monkeypatch.chdir(tmp_path)
    return AuthSettings(
        listen=f"unix:{tmp_path}/auth.sock",
        mongodb_url=store_url,
        message_target=f"unix:{tmp_path}/message.sock",
        password_memory_kib=8,
        password_rounds=1,
    )


@asynccontextmanager
async def serving(settings: AuthSettings) -> AsyncIterator[Auth]:
    async with running(settings), connected(settings.listen) as replicas:
        yield Client(replicas, auth_pb2_grpc.AuthServiceStub, caller=access.EDGE)


@pytest.fixture
async def auth(settings: AuthSettings, database: Database) -> AsyncIterator[Auth]:
    """`database` leaves nothing behind."""
    async with serving(settings) as client:
        yield client


async def registered(auth: Auth, username: str) -> auth_pb2.Session:
    request = auth_pb2.RegisterRequest(username=username, password=PASSWORD)
    return (await auth.call(lambda stub: stub.Register, request)).session


async def test_what_ends_and_changes_is_announced_to_the_user(settings: AuthSettings, auth: Auth) -> None:
    async with listening(settings.message_target) as announcements, asyncio.timeout(PATIENCE_SECONDS):
        session = await registered(auth, "ada")
        rename = auth_pb2.UpdateUserRequest(user_id=session.user.id, display_name="Countess")
        await auth.call(lambda stub: stub.UpdateUser, rename)
        renamed = await announcements.queue.get()
        logout = auth_pb2.LogoutRequest(refresh_token=session.refresh_token)
        await auth.call(lambda stub: stub.Logout, logout)
        revoked = await announcements.queue.get()

    assert renamed.user_ids == revoked.user_ids == [session.user.id]
    assert renamed.event == live_pb2.LiveEvent(user_updated=live_pb2.UserUpdated(user_id=session.user.id))
    session_ids = [session.refresh_token.partition(".")[0]]
    assert revoked.event.session_revoked == live_pb2.SessionRevoked(user_id=session.user.id, session_ids=session_ids)


async def test_announcements_that_reach_nobody_hold_up_nothing(
    auth: Auth,
) -> None:
    session = await registered(auth, "ada")
    for _ in range(3):
        logout = auth_pb2.LogoutRequest(session_id=session.refresh_token.partition(".")[0], everywhere=True)
        await auth.call(lambda stub: stub.Logout, logout)
        login = auth_pb2.LoginRequest(username="ada", password=PASSWORD)
        session = (await auth.call(lambda stub: stub.Login, login)).session


async def test_an_announcement_waits_for_message_service_to_come_back(settings: AuthSettings, auth: Auth) -> None:
    session = await registered(auth, "ada")
    await auth.call(lambda stub: stub.DeleteUser, auth_pb2.DeleteUserRequest(user_id=session.user.id))
    async with listening(settings.message_target) as announcements, asyncio.timeout(PATIENCE_SECONDS):
        announced = await announcements.queue.get()
    assert announced.event.session_revoked.user_id == session.user.id


async def test_a_restarted_service_knows_its_sessions_and_keys(settings: AuthSettings, database: Database) -> None:
    async with serving(settings) as auth:
        session = await registered(auth, "ada")
        keys = await auth.call(lambda stub: stub.GetSigningKeys, auth_pb2.GetSigningKeysRequest())
    async with serving(settings) as auth:
        request = auth_pb2.RefreshRequest(refresh_token=session.refresh_token)
        refreshed = await auth.call(lambda stub: stub.Refresh, request)
        again = await auth.call(lambda stub: stub.GetSigningKeys, auth_pb2.GetSigningKeysRequest())
    assert again == keys
    assert refreshed.session.user == session.user
