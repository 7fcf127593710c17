"""Visitors of a business. Each asks for a chat until it has one, then talks in it, and comes back to it in two tabs."""

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from client import Backoff, Client, Message, Token
from tests.chaos.crowd import Crowd
from tests.chaos.participants import Participant, state
from tests.chaos.records import Attendance, Beginning, Record, Visit
from tests.integration.shops import CHAT

_ATTEMPT_SECONDS = 8.0
_PASSING = {429, 502, 503, 504}
"""What a widget tries again after; anything else it would have to show."""


class Visitor:
    """One of them."""

    def __init__(self, url: str, slug: str, chance: random.Random) -> None:
        self.visit = Visit(f"visitor-{secrets.token_hex(6)}", f"May I ask {secrets.token_hex(8)}?")
        self._url = url
        self._slug = slug
        self._chance = chance
        self._session: dict[str, Any] = {}
        self._began_at = 0.0

    async def begin(self) -> None:
        """Ask for a chat with one key; half of all ask once more, as if the answer had been lost."""
        key = secrets.token_hex(16)
        self._session, self._began_at = await self._initiate(key), time.monotonic()
        if self._session and self._chance.random() < 0.5:
            await self._initiate(key)

    async def come_back(self) -> None:
        """Ask for the chat in two tabs at the same time, with the token of the first."""
        token = self._session["access_token"]
        await asyncio.gather(*(self._initiate(secrets.token_hex(16), token) for _ in range(2)))

    @asynccontextmanager
    async def talking(self, stored: dict[str, int]) -> AsyncIterator[Participant]:
        """The visitor in its room, for the length of the block."""
        room, first = self._session["room"], state(msgspec.convert(self._session["message"], Message))
        stored[room] = max(stored.get(room, 0), first.revision)
        seen = {room: first.revision}
        async with Client(self._url, self._token, resume=seen, backoff=Backoff()) as client:
            guest = Participant(client, Record(self.visit.name, shown=self.visit.shown), self._chance, stored)
            guest.record.acknowledged[room].append(first.id)
            guest.record.rooms[room] = Attendance()
            guest.record.rooms[room].begin(first.revision, [first])
            async with guest.present():
                yield guest

    async def _token(self) -> Token:
        """Guests' tokens outlast a run."""
        return Token(self._session["access_token"], self._session["expires_in"] - (time.monotonic() - self._began_at))

    async def _initiate(self, key: str, token: str = "") -> dict[str, Any]:
        """Ask until there is an answer, and note it; empty when it was refused for good."""
        while True:
            try:
                status, answer = await self._asked(key, token)
            except (aiohttp.ClientError, TimeoutError):
                status, answer = 0, {}
            if status in (200, 201):
                first = answer["message"]
                self.visit.answers.append(Beginning(answer["room"], answer["user"]["id"], first and first["id"]))
                return answer
            if status and status not in _PASSING:
                self.visit.shown.append(f"no chat: {status} {answer}")
                return {}
            await asyncio.sleep(self._chance.uniform(0.1, 0.5))

    async def _asked(self, key: str, token: str) -> tuple[int, dict[str, Any]]:
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
        body: dict[str, Any] = {"business": self._slug, "visitor": {"name": self.visit.name}}
        timeout = aiohttp.ClientTimeout(total=_ATTEMPT_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.post(
                f"{self._url}{CHAT}", json=body if token else body | {"message": self.visit.body}, headers=headers
            ) as response,
        ):
            return response.status, await response.json(content_type=None)


class Visitors:
    """All who come in a run."""

    def __init__(self, url: str, slug: str, stack: AsyncExitStack, crowd: Crowd) -> None:
        """Who has begun joins the crowd, and stays until `stack` is unwound."""
        self.everybody: list[Visitor] = []
        self._url = url
        self._slug = slug
        self._stack = stack
        self._crowd = crowd

    @property
    def visits(self) -> list[Visit]:
        """How their chats began."""
        return [visitor.visit for visitor in self.everybody]

    @property
    def rooms(self) -> set[str]:
        """All that was acknowledged to any of them."""
        return {answer.room for visit in self.visits for answer in visit.answers}

    async def one(
        self, chance: random.Random, within_seconds: float, pause_seconds: float, enough: asyncio.Event
    ) -> None:
        """One comes at some moment, begins a chat, and talks until it is enough."""
        await asyncio.sleep(chance.uniform(0, within_seconds))
        visitor = Visitor(self._url, self._slug, chance)
        self.everybody.append(visitor)
        await visitor.begin()
        if not visitor.visit.answers:
            return
        guest = await self._stack.enter_async_context(visitor.talking(self._crowd.stored))
        self._crowd.people.append(guest)
        await asyncio.gather(guest.talk(pause_seconds, enough), visitor.come_back())
