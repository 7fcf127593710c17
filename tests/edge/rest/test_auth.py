from http.cookies import SimpleCookie
from typing import Any

import pytest
from aiohttp import ClientResponse

from mesh.errors import AlreadyExists, Unauthenticated
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

ACCOUNT = {"username": "ada", "password": "correct horse"}
COOKIE = "parlance_refresh"


@pytest.fixture(autouse=True)
def doors(services: StandIns) -> None:
    services.add_user("ada", email="ada@example.org")
    services.answers["Register"] = lambda _: auth_pb2.RegisterResponse(session=services.session("ada"))
    services.answers["Login"] = lambda _: auth_pb2.LoginResponse(session=services.session("ada"))
    services.answers["Refresh"] = lambda _: auth_pb2.RefreshResponse(session=services.session("ada"))
    services.answers["Logout"] = auth_pb2.LogoutResponse()


@pytest.mark.parametrize(("way", "status"), [("register", 201), ("login", 200)])
async def test_logging_in_brings_both_tokens_and_the_account(way: str, status: int, api: Api) -> None:
    response = await api("POST", f"/api/auth/{way}", ACCOUNT)
    assert response.status == status
    session = await response.json()
    assert session["access_token"]
    assert session["refresh_token"].startswith("refresh-")
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 900)
    assert session["user"]["email"] == "ada@example.org"
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("way", ["register", "login", "refresh"])
async def test_a_browser_gets_the_refresh_token_where_no_script_can_read_it(way: str, api: Api) -> None:
    response = await api("POST", f"/api/auth/{way}", ACCOUNT | {"session": "cookie", "refresh_token": "old"})
    assert "refresh_token" not in await response.json()
    cookie = _cookie(response)
    assert cookie.value.startswith("refresh-")
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/api/auth"
    assert cookie["max-age"] == "3600"
    assert cookie["secure"] == ""


async def test_the_cookie_is_bound_to_https_when_our_proxy_says_so(api: Api) -> None:
    response = await api(
        "POST", "/api/auth/login", ACCOUNT | {"session": "cookie"}, headers={"X-Forwarded-Proto": "https"}
    )
    assert _cookie(response)["secure"] is True


async def test_a_refresh_token_from_the_cookie_never_leaves_for_the_body(api: Api, services: StandIns) -> None:
    response = await api("POST", "/api/auth/refresh", cookies={COOKIE: "kept"})
    assert services.asked("Refresh")[0].refresh_token == "kept"
    assert "refresh_token" not in await response.json()
    assert _cookie(response).value.startswith("refresh-")


async def test_a_refresh_token_in_the_body_comes_before_the_cookie(api: Api, services: StandIns) -> None:
    response = await api("POST", "/api/auth/refresh", {"refresh_token": "given"}, cookies={COOKIE: "kept"})
    assert services.asked("Refresh")[0].refresh_token == "given"
    assert (await response.json())["refresh_token"].startswith("refresh-")


async def test_refreshing_without_a_token_is_refused(api: Api) -> None:
    assert await api.reason("POST", "/api/auth/refresh") == (401, "TOKEN_MISSING")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil:80"])
@pytest.mark.parametrize("way", ["refresh", "logout"])
async def test_another_site_cannot_use_the_cookie(way: str, origin: str, api: Api, services: StandIns) -> None:
    outcome = await api.reason("POST", f"/api/auth/{way}", cookies={COOKIE: "kept"}, headers={"Origin": origin})
    assert outcome == (403, "OTHER_ORIGIN")
    assert not services.asked(way.title())


async def test_our_own_page_can_use_the_cookie(api: Api) -> None:
    headers = {"Origin": f"http://{api.host}"}
    assert (await api("POST", "/api/auth/refresh", cookies={COOKIE: "kept"}, headers=headers)).status == 200


async def test_another_site_cannot_log_a_browser_in(api: Api, services: StandIns) -> None:
    headers = {"Origin": "https://evil.example"}
    body = ACCOUNT | {"session": "cookie"}
    assert await api.reason("POST", "/api/auth/login", body, headers=headers) == (403, "OTHER_ORIGIN")
    assert not services.asked("Login")


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"json": {"refresh_token": "given"}}, {"refresh_token": "given"}),
        ({"cookies": {COOKIE: "kept"}}, {"refresh_token": "kept"}),
        ({"user": "ada"}, {"session_id": "session-ada"}),
        ({"user": "ada", "json": {"everywhere": True}}, {"session_id": "session-ada", "everywhere": True}),
    ],
)
async def test_logging_out_ends_the_session_that_is_shown(
    options: dict[str, Any], asked: dict[str, Any], api: Api, services: StandIns
) -> None:
    assert (await api("POST", "/api/auth/logout", **options)).status == 204
    assert services.asked("Logout") == [auth_pb2.LogoutRequest(**asked)]


async def test_logging_out_takes_the_cookie_back(api: Api) -> None:
    response = await api("POST", "/api/auth/logout", cookies={COOKIE: "kept"})
    assert (_cookie(response).value, _cookie(response)["max-age"]) == ("", "0")


async def test_logging_out_as_nobody_is_refused(api: Api) -> None:
    assert await api.reason("POST", "/api/auth/logout") == (401, "TOKEN_MISSING")


async def test_a_token_is_refused_right_after_logging_out(api: Api, services: StandIns) -> None:
    services.answers["ListPublicRooms"] = room_pb2.ListPublicRoomsResponse()
    assert (await api("GET", "/api/rooms", user="ada")).status == 200
    await api("POST", "/api/auth/logout", user="ada")
    services.ended.add("session-ada")
    assert await api.reason("GET", "/api/rooms", user="ada") == (401, "SESSION_ENDED")


@pytest.mark.parametrize("way", ["register", "login"])
async def test_too_many_attempts_from_one_address_are_refused_with_the_time_to_wait(way: str, api: Api) -> None:
    for number in range(3):
        assert (await api("POST", f"/api/auth/{way}", ACCOUNT | {"username": f"ada{number}"})).ok
    response = await api("POST", f"/api/auth/{way}", ACCOUNT)
    assert response.status == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 20
    assert (await response.json())["reason"] in ("TOO_MANY_LOGINS", "TOO_MANY_REGISTRATIONS")
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    assert (await api("POST", f"/api/auth/{way}", ACCOUNT, headers=elsewhere)).ok


async def test_too_many_attempts_at_one_username_are_refused_from_wherever_they_come(api: Api) -> None:
    for number in range(3):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert (await api("POST", "/api/auth/login", ACCOUNT | {"username": "Ada"}, headers=headers)).ok
    outcome = await api.reason("POST", "/api/auth/login", ACCOUNT, headers={"X-Forwarded-For": "203.0.113.9"})
    assert outcome == (429, "TOO_MANY_LOGINS")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "al"}, "username"),
        ({"username": "a" * 33}, "username"),
        ({"password": "short"}, "password"),
        ({"password": None}, "password"),
        ({"session": "both"}, "session"),
    ],
)
async def test_a_registration_that_cannot_be_names_what_is_wrong(
    change: dict[str, Any], field: str, api: Api, services: StandIns
) -> None:
    response = await api("POST", "/api/auth/register", ACCOUNT | change)
    assert response.status == 400
    assert (await response.json())["field"] == field
    assert not services.asked("Register")


async def test_what_auth_service_says_is_passed_on(api: Api, services: StandIns) -> None:
    services.answers["Register"] = AlreadyExists("This name is taken.", reason="USERNAME_TAKEN", field="username")
    services.answers["Login"] = Unauthenticated("Wrong name or password.", reason="WRONG_CREDENTIALS")
    taken = await api("POST", "/api/auth/register", ACCOUNT)
    assert taken.status == 409
    assert await taken.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "This name is taken.",
        "code": "already_exists",
        "reason": "USERNAME_TAKEN",
        "field": "username",
    }
    assert await api.reason("POST", "/api/auth/login", ACCOUNT) == (401, "WRONG_CREDENTIALS")


async def test_me_is_the_account_with_its_rooms(api: Api, services: StandIns) -> None:
    services.add_user("bob")
    services.answers["GetUser"] = auth_pb2.GetUserResponse(user=services.users["ada"])
    services.answers["ListUserRooms"] = room_pb2.ListUserRoomsResponse(
        rooms=[
            room_pb2.UserRoom(
                room=room_pb2.Room(id="den", kind=room_pb2.ROOM_KIND_PUBLIC, name="Den"),
                membership=room_pb2.Membership(role=room_pb2.MEMBER_ROLE_OWNER, read_seq=2),
            ),
            room_pb2.UserRoom(
                room=room_pb2.Room(id="two", kind=room_pb2.ROOM_KIND_DIRECT, direct_user_ids=["ada", "bob"]),
                membership=room_pb2.Membership(role=room_pb2.MEMBER_ROLE_MEMBER, muted=True),
            ),
        ]
    )
    last = message_pb2.Message(id="m", seq=5, revision=7, sender_id="bob", body="hello")
    services.answers["GetHeads"] = message_pb2.GetHeadsResponse(
        heads=[
            message_pb2.Head(room_id="den", seq=5, revision=7, last_message=last),
            message_pb2.Head(room_id="two"),
        ]
    )
    me = await (await api("GET", "/api/auth/me", user="ada")).json()
    assert me["user"]["email"] == "ada@example.org"
    den, two = me["rooms"]
    assert (den["unread"], den["role"], den["last_message"]["sender"]["name"]) == (3, "owner", "Bob")
    assert (two["unread"], two["muted"], two["last_message"]) == (0, True, None)
    assert [person["name"] for person in two["people"]] == ["Ada", "Bob"]


def _cookie(response: ClientResponse) -> Any:
    cookies: SimpleCookie = response.cookies
    return cookies[COOKIE]
