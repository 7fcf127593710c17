import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from client import Account, AccountError


class Accounts:
    """The REST side of a server with one user; a refresh token is good once."""

    def __init__(self) -> None:
        self.logins = 0
        self.good_access = self.good_refresh = ""
        self.register: dict[str, Any] = {}
        self.broken = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/auth/{way}", self.enter)
        app.router.add_get("/api/rooms/{room}/members", self.members)
        return app

    async def enter(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.broken:
            return web.Response(status=502, text="<h1>Bad gateway</h1>")
        match request.match_info["way"]:
            case "register":
                self.register = body
            case "login" if body["password"] != "right":
                return problem(401, "Wrong name or password.")
            case "refresh" if body["refresh_token"] != self.good_refresh:
                return problem(401, "Your session has ended.")
            case "logout":
                assert body["refresh_token"] == self.good_refresh
                self.good_refresh = ""
                return web.Response(status=204)
        self.logins += 1
        self.good_access, self.good_refresh = f"access {self.logins}", f"refresh {self.logins}"
        return web.json_response(
            {
                "access_token": self.good_access,
                "expires_in": 900,
                "refresh_token": self.good_refresh,
                "user": {
                    "id": "u1",
                    "username": "ada",
                    "display_name": "Ada",
                    "guest": False,
                    "role": "user",
                    "email": None,
                },
            }
        )

    async def members(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {self.good_access}":
            return problem(401, "Your token has expired.")
        return web.json_response({"room": request.match_info["room"], "limit": request.query.get("limit")})


def problem(status: int, detail: str) -> web.Response:
    body = {"type": "about:blank", "title": "Failed", "status": status, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
async def account(accounts: Accounts) -> AsyncIterator[Account]:
    async with TestServer(accounts.app()) as server, Account(str(server.make_url("/"))) as account:
        yield account


async def test_registering_logs_in(account: Account, accounts: Accounts) -> None:
    user = await account.register("ada", "right", "Ada")
    assert (user.id, user.display_name, user.role) == ("u1", "Ada", "user")
    assert account.user == user
    assert accounts.register == {"username": "ada", "password": "right", "display_name": "Ada"}
    await account.register("ada", "right")
    assert accounts.register == {"username": "ada", "password": "right"}


async def test_a_failure_says_why_in_the_servers_words(account: Account) -> None:
    with pytest.raises(AccountError, match=r"^Wrong name or password\.$") as failed:
        await account.login("ada", "wrong")
    assert failed.value.status == 401
    assert not failed.value.temporary


async def test_a_failure_without_words_says_its_status(account: Account, accounts: Accounts) -> None:
    accounts.broken = True
    with pytest.raises(AccountError, match="502") as failed:
        await account.login("ada", "right")
    assert failed.value.temporary


async def test_the_first_token_is_that_of_the_login_and_each_later_one_is_fresh(account: Account) -> None:
    await account.login("ada", "right")
    tokens = [await account.token() for _ in range(3)]
    assert [token.value for token in tokens] == ["access 1", "access 2", "access 3"]
    assert 890 < tokens[0].expires_in <= 900


async def test_refreshes_take_turns(account: Account) -> None:
    await account.login("ada", "right")
    tokens = await asyncio.gather(*(account.token() for _ in range(5)))
    assert len({token.value for token in tokens}) == 5


async def test_a_call_refreshes_an_expired_token_once(account: Account, accounts: Accounts) -> None:
    await account.login("ada", "right")
    accounts.good_access = "something else"
    answers = await asyncio.gather(*(account.call("GET", "rooms/r1/members?limit=5") for _ in range(3)))
    assert answers == [{"room": "r1", "limit": "5"}] * 3
    assert accounts.logins == 2


async def test_a_login_that_has_ended_gives_no_token(account: Account, accounts: Accounts) -> None:
    await account.login("ada", "right")
    await account.token()
    accounts.good_refresh = "revoked"
    with pytest.raises(AccountError, match="session has ended"):
        await account.token()


async def test_after_logging_out_nobody_is_logged_in(account: Account, accounts: Accounts) -> None:
    await account.login("ada", "right")
    await account.logout()
    assert account.user is None
    assert accounts.good_refresh == ""
    with pytest.raises(AccountError, match="Nobody"):
        await account.token()
    await account.logout()


async def test_without_a_server_the_error_is_aiohttps() -> None:
    async with Account("http://127.0.0.1:1") as account:
        with pytest.raises(aiohttp.ClientConnectionError):
            await account.login("ada", "right")
