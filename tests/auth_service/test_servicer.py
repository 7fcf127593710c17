"""The servicer as grpcio-testing serves it, behind the guard of a real server."""

import asyncio
from typing import Any

import jwt
import pytest

from auth_service.accounts import Accounts
from auth_service.model import Role
from auth_service.passwords import Passwords
from auth_service.servicer import AuthServicer
from auth_service.sessions import Sessions
from auth_service.store import Users
from auth_service.tokens import Tokens
from mesh import access
from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from parlance.auth.v1 import auth_pb2
from tests.auth_service.conftest import ACCESS_SECONDS, PASSWORD, SESSION_SECONDS, Clock
from tests.grpc_adapter import Calls
from tests.patience import PATIENCE_SECONDS

SERVICE = auth_pb2.DESCRIPTOR.services_by_name["AuthService"]
FOR_CLI = {"CreateUser", "UpdateUser", "GetUser", "ListUsers", "RotateSigningKeys"}


@pytest.fixture
async def calls(servicer: AuthServicer) -> Calls:
    return Calls(SERVICE, servicer)


@pytest.fixture
async def session(calls: Calls) -> auth_pb2.Session:
    request = auth_pb2.RegisterRequest(username="Ada", password=PASSWORD, email="ada@example.org")
    response: auth_pb2.RegisterResponse = await calls("Register", request)
    return response.session


@pytest.mark.parametrize("method", [method.name for method in SERVICE.methods])
def test_every_method_names_who_may_call_it(method: str) -> None:
    expected = {access.EDGE, access.CLI} if method in FOR_CLI else {access.EDGE}
    assert access.allowed_callers(getattr(AuthServicer, method)) == expected


@pytest.mark.parametrize("method", [method.name for method in SERVICE.methods])
async def test_nobody_else_is_answered(calls: Calls, method: str) -> None:
    request = getattr(auth_pb2, f"{method}Request")()
    with pytest.raises(Unauthenticated):
        await calls(method, request, caller="")
    with pytest.raises(Forbidden):
        await calls(method, request, caller=access.ROOM)


async def test_registering_answers_with_a_session(session: auth_pb2.Session, clock: Clock) -> None:
    assert session.user.username == session.user.display_name == "Ada"
    assert session.user.email == "ada@example.org"
    assert session.user.role == auth_pb2.ROLE_USER
    assert session.user.created_at.ToMilliseconds() == clock()
    assert not session.user.HasField("deleted_at")
    assert session.expires_in.seconds == ACCESS_SECONDS
    assert session.refresh_expires_in.seconds == SESSION_SECONDS
    assert jwt.decode(session.access_token, options={"verify_signature": False})["sub"] == session.user.id


async def test_errors_arrive_with_reason_and_field(calls: Calls, session: auth_pb2.Session) -> None:
    with pytest.raises(AlreadyExists) as refused:
        await calls("Register", auth_pb2.RegisterRequest(username="ada", password=PASSWORD))
    assert (refused.value.reason, refused.value.field) == ("USERNAME_TAKEN", "username")


async def test_login_refresh_and_logout_follow_one_another(calls: Calls, session: auth_pb2.Session) -> None:
    login = (await calls("Login", auth_pb2.LoginRequest(username="ada", password=PASSWORD))).session
    assert login.user == session.user
    refreshed = (await calls("Refresh", auth_pb2.RefreshRequest(refresh_token=login.refresh_token))).session
    await calls("Logout", auth_pb2.LogoutRequest(refresh_token=refreshed.refresh_token))
    with pytest.raises(Unauthenticated) as refused:
        await calls("Refresh", auth_pb2.RefreshRequest(refresh_token=refreshed.refresh_token))
    assert refused.value.reason == "SESSION_ENDED"


async def test_a_failed_login_is_the_same_for_any_reason(calls: Calls, session: auth_pb2.Session) -> None:
    answers = set()
    for username in ("ada", "nobody"):
        with pytest.raises(Unauthenticated) as refused:
            await calls("Login", auth_pb2.LoginRequest(username=username, password="not this one"))
        answers.add((str(refused.value), refused.value.reason, refused.value.field))
    assert answers == {("Wrong username or password.", "WRONG_CREDENTIALS", None)}


async def test_checking_sessions_tells_who_they_belong_to(calls: Calls, session: auth_pb2.Session) -> None:
    session_id = session.refresh_token.partition(".")[0]
    checked = await calls("CheckSessions", auth_pb2.CheckSessionsRequest(session_ids=[session_id, "unknown"]))
    assert list(checked.sessions) == [auth_pb2.ActiveSession(session_id=session_id, user=session.user)]


async def test_administrators_create_find_and_promote_users(calls: Calls) -> None:
    created = (await calls("CreateUser", auth_pb2.CreateUserRequest(username="root.1", password=PASSWORD))).user
    assert created.role == auth_pb2.ROLE_USER
    promotion = auth_pb2.UpdateUserRequest(user_id=created.id, role=auth_pb2.ROLE_ADMIN, by_admin=True)
    promoted = (await calls("UpdateUser", promotion, caller=access.CLI)).user
    assert promoted.role == auth_pb2.ROLE_ADMIN
    got = await calls("GetUser", auth_pb2.GetUserRequest(username="ROOT.1"), caller=access.CLI)
    assert got.user == promoted
    batch = await calls("BatchGetUsers", auth_pb2.BatchGetUsersRequest(user_ids=[created.id]))
    assert list(batch.users) == [promoted]


async def test_an_administrator_is_created_at_once_with_its_role(calls: Calls) -> None:
    request = auth_pb2.CreateUserRequest(username="root", password=PASSWORD, role=auth_pb2.ROLE_ADMIN)
    assert (await calls("CreateUser", request, caller=access.CLI)).user.role == auth_pb2.ROLE_ADMIN


async def test_an_unknown_role_is_refused(calls: Calls, session: auth_pb2.Session) -> None:
    request: Any = auth_pb2.UpdateUserRequest(user_id=session.user.id, by_admin=True)
    request.role = 7
    with pytest.raises(Invalid) as refused:
        await calls("UpdateUser", request)
    assert refused.value.field == "role"


async def test_a_field_that_is_absent_stays_and_one_that_is_empty_goes(calls: Calls, session: auth_pb2.Session) -> None:
    user_id = session.user.id
    renamed = (await calls("UpdateUser", auth_pb2.UpdateUserRequest(user_id=user_id, display_name="Countess"))).user
    assert (renamed.display_name, renamed.email) == ("Countess", "ada@example.org")
    removed = (await calls("UpdateUser", auth_pb2.UpdateUserRequest(user_id=user_id, email=""))).user
    assert not removed.HasField("email")


async def test_users_are_listed_in_pages(calls: Calls) -> None:
    for username in ("ada", "bob", "cyd"):
        await calls("CreateUser", auth_pb2.CreateUserRequest(username=username, password=PASSWORD))
    first = await calls("ListUsers", auth_pb2.ListUsersRequest(page_size=2))
    second = await calls("ListUsers", auth_pb2.ListUsersRequest(page_size=2, page_token=first.next_page_token))
    assert [user.username for page in (first, second) for user in page.users] == ["ada", "bob", "cyd"]
    assert second.next_page_token == ""


async def test_a_deleted_user_is_told_only_in_batches(calls: Calls, session: auth_pb2.Session) -> None:
    await calls("DeleteUser", auth_pb2.DeleteUserRequest(user_id=session.user.id))
    with pytest.raises(NotFound):
        await calls("GetUser", auth_pb2.GetUserRequest(user_id=session.user.id))
    (deleted,) = (await calls("BatchGetUsers", auth_pb2.BatchGetUsersRequest(user_ids=[session.user.id]))).users
    assert deleted.HasField("deleted_at")
    assert (deleted.username, deleted.display_name) == ("", "Deleted user")


async def test_a_guest_is_logged_in_for_one_room(calls: Calls) -> None:
    request = auth_pb2.CreateGuestRequest(display_name="Visitor", room_id="room-1")
    session = (await calls("CreateGuest", request)).session
    assert session.user.is_guest
    assert session.user.guest_room_id == "room-1"


async def test_keys_verify_tokens_from_before_and_after_a_rotation(calls: Calls, session: auth_pb2.Session) -> None:
    key = (await calls("RotateSigningKeys", auth_pb2.RotateSigningKeysRequest(), caller=access.CLI)).key
    later = (await calls("Login", auth_pb2.LoginRequest(username="ada", password=PASSWORD))).session
    listed = (await calls("GetSigningKeys", auth_pb2.GetSigningKeysRequest())).keys

    by_id = {key.key_id: key.public_key for key in listed}
    assert {len(public_key) for public_key in by_id.values()} == {32}
    kids = [jwt.get_unverified_header(one.access_token)["kid"] for one in (session, later)]
    assert set(kids) == by_id.keys()
    assert kids[1] == key.key_id == listed[0].key_id


async def test_a_flood_of_logins_is_turned_away_while_others_are_served(
    users: Users, sessions: Sessions, tokens: Tokens, clock: Clock
) -> None:
    slow = Passwords(memory_kib=16 * 1024, rounds=4, threads=1, max_waiting=2)
    accounts = Accounts(users, slow, sessions, lambda _event: None, now=clock)
    calls = Calls(SERVICE, AuthServicer(accounts, sessions, tokens))
    user = await accounts.create("ada", PASSWORD, role=Role.ADMIN)

    request = auth_pb2.LoginRequest(username="ada", password="not this one")
    turned_away: list[Unavailable] = []
    full, served = asyncio.Event(), asyncio.Event()

    async def flood() -> None:
        while not served.is_set():
            try:
                await calls("Login", request)
            except Unavailable as refusal:
                turned_away.append(refusal)
                full.set()
            except Unauthenticated:
                pass

    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(flood())
        await full.wait()
        response = await calls("GetUser", auth_pb2.GetUserRequest(user_id=user.id))
        served.set()
    assert response.user.id == user.id
    assert {(refusal.reason, refusal.retry_after) for refusal in turned_away} == {("OVERLOADED", 2.0)}
    slow.close()
