"""The REST side of an account: registering, logging in, and tokens for the WebSocket."""

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from aiohttp import hdrs
from msgspec import Struct
from yarl import URL

from client.errors import AccountError, ProtocolError
from client.model import Attachment
from client.tokens import Token

REQUEST_SECONDS = 20.0
UNUSED_SECONDS = 60.0
"""The token that came with the login is given out first, unless it has become this old."""


class User(Struct, frozen=True):
    """The account that is logged in."""

    id: str
    username: str
    display_name: str
    guest: bool = False
    role: str = "user"


class _Login(Struct, frozen=True):
    access_token: str
    expires_in: float
    refresh_token: str
    user: User


class _Problem(Struct, frozen=True):
    """Problem details (RFC 9457), as far as people read them."""

    detail: str = ""
    title: str = ""


class Account:
    """A person's way in. Use it as `async with`; `token` is what a `Client` wants as its credentials.

    The refresh token is good once: each refresh brings the next one, and using an old one again logs the user out
    everywhere. So it is kept here, and refreshes take turns. Calls raise `AccountError` with the server's words for
    people, `ProtocolError` when its answer makes no sense, and aiohttp's errors when there is no server.
    """

    def __init__(self, url: str | URL) -> None:
        """`url` is the server's (`https://chat.example.com`)."""
        self._api = URL(url) / "api/"
        self._login: _Login | None = None
        self._entered_at = 0.0
        self._given = False
        self._refreshing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        self._http = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    @property
    def user(self) -> User | None:
        """Who is logged in."""
        return self._login.user if self._login else None

    async def register(self, username: str, password: str, display_name: str | None = None) -> User:
        """Open an account and log in to it. Status 409: the name is taken."""
        body = {"username": username, "password": password}
        return await self._enter("register", body | ({"display_name": display_name} if display_name else {}))

    async def login(self, username: str, password: str) -> User:
        """Log in. Status 401: wrong name or wrong password; the server does not tell which."""
        return await self._enter("login", {"username": username, "password": password})

    async def logout(self) -> None:
        """End the login, and with it the connections that were made with its tokens."""
        if login := self._login:
            self._login = None
            await self._request("POST", "auth/logout", {"refresh_token": login.refresh_token}, login.access_token)

    async def token(self) -> Token:
        """Give an access token that was not given before. Raises `AccountError` when the login has ended."""
        async with self._refreshing:
            age = time.monotonic() - self._entered_at
            if self._given or age > UNUSED_SECONDS:
                await self._refresh()
                age = 0.0
            self._given = True
            login = self._current()
            return Token(login.access_token, login.expires_in - age)

    async def call(self, method: str, path: str, body: Mapping[str, object] | bytes | None = None) -> Any:
        """Call the REST API as this user and give what the JSON of the answer holds, or the bytes of a file.

        `path` is relative to `/api/` and may have a query.
        """
        login = self._current()
        try:
            return await self._request(method, path, body, login.access_token)
        except AccountError as error:
            if error.status != 401:
                raise
        async with self._refreshing:
            if self._current() is login:
                await self._refresh()
        return await self._request(method, path, body, self._current().access_token)

    async def upload(self, room: str, name: str, content: bytes) -> Attachment:
        """Upload a file to a room, to send it there with a message. Status 413: it has more than 10 MiB."""
        path = f"rooms/{quote(room, safe='')}/attachments?{urlencode({'name': name})}"
        return msgspec.convert(await self.call("POST", path, content), Attachment)

    async def download(self, room: str, attachment_id: str, *, thumbnail: bool = False) -> bytes:
        """Fetch a file, or the small picture of it."""
        path = f"rooms/{quote(room, safe='')}/attachments/{quote(attachment_id, safe='')}"
        answer: bytes = await self.call("GET", f"{path}?size=thumbnail" if thumbnail else path)
        return answer

    def _current(self) -> _Login:
        if self._login is None:
            raise AccountError(401, "Nobody is logged in.")
        return self._login

    async def _refresh(self) -> None:
        await self._enter("refresh", {"refresh_token": self._current().refresh_token})

    async def _enter(self, way: str, body: Mapping[str, object]) -> User:
        answer = await self._request("POST", f"auth/{way}", body)
        try:
            self._login = msgspec.convert(answer, _Login)
        except msgspec.ValidationError as error:
            raise ProtocolError(f"The server's answer cannot be read: {error}.") from error
        self._entered_at, self._given = time.monotonic(), False
        return self._login.user

    async def _request(
        self, method: str, path: str, body: Mapping[str, object] | bytes | None, token: str | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        sent: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self._http.request(method, self._api.join(URL(path)), headers=headers, **sent) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise AccountError(answer.status, _explain(content, answer.status))
            if hdrs.CONTENT_DISPOSITION in answer.headers:
                return content
            return msgspec.json.decode(content) if content else None


def _explain(content: bytes, status: int) -> str:
    try:
        problem = msgspec.json.decode(content, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    return problem.detail or problem.title or f"The server answers with HTTP status {status}."
