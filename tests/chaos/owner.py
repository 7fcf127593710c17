"""The owner of a business at work: hears of each conversation, enters it, and answers in it."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Set
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Self

import aiohttp

from client import (
    Account,
    AccountError,
    Backoff,
    Client,
    ConversationUpdated,
    Event,
    InboxReset,
    Message,
    Online,
    Refused,
    RoomCreated,
    RoomReset,
)
from tests.chaos.participants import Participant
from tests.chaos.records import Listed, Reception, Record
from tests.integration.people import PASSWORD

_ATTEMPT_SECONDS = 2.0
_PAUSE_SECONDS = 0.3
_NOT_JOINED_YET = "NOT_A_MEMBER"
_FORM = {"fields": [{"key": "name", "kind": "text", "label": "Name", "required": True}]}


class Owner(Participant):
    """A participant whose rooms are those of its visitors."""

    def __init__(self, client: Client, record: Record, chance: random.Random, stored: dict[str, int]) -> None:
        super().__init__(client, record, chance, stored)
        self.reception = Reception()
        self.slug = f"chaos-{secrets.token_hex(6)}"
        self._account: Account
        self._business = ""

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, chance: random.Random, stored: dict[str, int]) -> AsyncIterator[Self]:
        """A new account with a business of its own, at work until the block ends."""
        async with AsyncExitStack() as stack:
            account = await stack.enter_async_context(Account(url))
            name = f"owner-{secrets.token_hex(6)}"
            await account.register(name, PASSWORD)
            client = Client(url, account.token, backoff=Backoff())
            owner = cls(client, Record(name), chance, stored)
            owner._account = account
            owner._business = (await account.call("POST", "businesses", {"name": "Chaos", "slug": owner.slug}))["id"]
            await account.call("PATCH", f"businesses/{owner._business}", {"form": _FORM})
            await stack.enter_async_context(client)
            yield await stack.enter_async_context(owner.present())

    async def has_heard_of(self, rooms: Set[str], within_seconds: float) -> None:
        """Wait until it has heard of all of these conversations; the verdict says so if it never does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                while not rooms <= set(self.reception.heard):  # noqa: ASYNC110  # events of many rooms
                    await asyncio.sleep(0.02)

    async def inbox(self) -> list[Listed]:
        """All conversations, asked for until there is an answer."""
        found, token = [], ""
        while True:
            path = f"businesses/{self._business}/conversations?limit=100&page_token={token}"
            page = await self._asked(path)
            found += [
                Listed(each["room"], each["guest"], each["visitor"]["name"], each["status"] == "open")
                for each in page["conversations"]
            ]
            if not (token := page["next"]):
                return found

    async def _take(self, event: Event) -> None:
        match event:
            case RoomCreated(conversation=dict(conversation)):
                await self._hear_of(conversation["room"])
            case ConversationUpdated(room=room, conversation=dict()):
                await self._hear_of(room)
            case Online() | InboxReset():
                for entry in await self.inbox():
                    await self._hear_of(entry.room)
            case RoomReset(room=room):
                await self._enter(room)
            case _:
                await super()._take(event)

    async def _send(self, room: str, message_id: str) -> Message:
        """After a reconnect a message may be sent again before the room is joined again, which refuses it."""
        body = secrets.token_hex(20)
        while True:
            try:
                return await self.client.send(room, body, message_id=message_id)
            except Refused as refused:
                if refused.reason != _NOT_JOINED_YET:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)

    def _passes(self, refused: Refused) -> bool:
        return refused.reason == _NOT_JOINED_YET or super()._passes(refused)

    async def _hear_of(self, room: str) -> None:
        if room not in self.reception.heard:
            self.reception.heard.append(room)
            await self._enter(room)

    async def _enter(self, room: str) -> None:
        """An agent's rooms are not resumed, so each is joined again after a reconnect; what it takes may be away then."""
        while True:
            try:
                await self._load(room)
            except Refused as refused:
                if refused.code != "unavailable":
                    self.record.shown.append(f"cannot enter {room}: {refused}")
                    return
                await asyncio.sleep(refused.retry_after or _PAUSE_SECONDS)
            else:
                return

    async def _asked(self, path: str) -> Any:
        while True:
            try:
                async with asyncio.timeout(_ATTEMPT_SECONDS):
                    return await self._account.call("GET", path)
            except (aiohttp.ClientError, TimeoutError):
                pass
            except AccountError as error:
                if not error.temporary:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)
