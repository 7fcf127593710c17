"""Opens the business of the demo, brings its visitors in, and lets its agents answer them."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cli.demo import visitors
from cli.demo.visitors import VISITOR, Visit
from client import Account, AccountError

_TOKEN_SECONDS = 600


class FrontDesk:
    """The business, and the accounts of those who answer for it."""

    def __init__(self, url: str, accounts: Mapping[str, Account]) -> None:
        self._url = url
        self._accounts = accounts
        self._owner = accounts[visitors.OWNER]
        self._business_id = ""
        self._user_ids: dict[str, str] = {}
        self._key = Ed25519PrivateKey.generate()

    async def open(self) -> None:
        """Open the business, with its looks, its team, what it often says, and the key by which it knows its customers."""
        self._business_id = (await self._owner.call("POST", "businesses", visitors.BUSINESS))["id"]
        path = f"businesses/{self._business_id}"
        await self._owner.call("PATCH", path, visitors.SETTINGS)
        await self._owner.call("POST", f"{path}/agents", {"username": visitors.AGENT})
        for shortcut, text in visitors.REPLIES.items():
            await self._owner.call("POST", f"{path}/canned-replies", {"shortcut": shortcut, "text": text})
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        await self._owner.call("POST", f"{path}/keys", {"public_key": pem, "key_id": "demo"})
        for username in (visitors.OWNER, visitors.AGENT):
            self._user_ids[username] = (await self._accounts[username].call("GET", "auth/me"))["user"]["id"]

    async def receive(self, visits: Sequence[Visit]) -> None:
        """Let visitors come in one after the other, and answer them."""
        async with aiohttp.ClientSession() as http:
            for visit in visits:
                await self._receive(http, visit)

    async def _receive(self, http: aiohttp.ClientSession, visit: Visit) -> None:
        chat = await self._initiate(http, visit)
        room = chat["room"]
        for who, text in visit.lines[1:]:
            if who == VISITOR:
                headers = {"Authorization": f"Bearer {chat['access_token']}"}
                await _post(http, f"{self._url}/api/rooms/{room}/messages", {"body": text}, headers)
            else:
                await self._accounts[who].call("POST", f"rooms/{room}/messages", {"body": text})
        conversation = (await self._owner.call("GET", f"conversations/{room}"))["conversation"]
        for who, text in visit.notes:
            await self._accounts[who].call("POST", f"rooms/{conversation['notes_room']}/messages", {"body": text})
        if visit.read:
            await self._owner.call("POST", f"rooms/{room}/read", {"seq": len(visit.lines)})
        # Who writes opens a conversation again, and that is told once a second: what is set comes behind it.
        await asyncio.sleep(1.2)
        changes = self._changes(visit)
        if changes:
            await self._owner.call("PATCH", f"conversations/{room}", changes)

    async def _initiate(self, http: aiohttp.ClientSession, visit: Visit) -> dict[str, Any]:
        _, first = visit.lines[0]
        chat = {
            "business": visitors.SLUG,
            "visitor": {
                "name": visit.name,
                "email": visit.email,
                "fields": {"booking": visit.booking} if visit.booking else {},
            },
            "consent": True,
            "message": first,
            "page": visit.page,
        }
        if visit.customer:
            chat["identity"] = self._identity(visit)
        return await _post(http, f"{self._url}/api/v1/public/chat/initiate", chat, {})

    def _identity(self, visit: Visit) -> str:
        claims = {
            "sub": visit.customer,
            "aud": visitors.SLUG,
            "exp": time.time() + _TOKEN_SECONDS,
            "name": visit.name,
            "email": visit.email,
        }
        return jwt.encode(claims, self._key, "EdDSA", headers={"kid": "demo"})

    def _changes(self, visit: Visit) -> dict[str, object]:
        changes = dict(visit.changes)
        if hours := changes.pop("snooze_hours", None):
            changes |= {"status": "snoozed", "snoozed_until": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}
        if visit.assignee:
            changes["assignee"] = self._user_ids[visit.assignee]
        return changes


async def _post(
    http: aiohttp.ClientSession, url: str, body: Mapping[str, object], headers: Mapping[str, str]
) -> dict[str, Any]:
    """Ask as somebody who has no account, as soon as the server allows it."""
    while True:
        async with http.post(url, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            if response.status < 400:
                return answer
            if response.status != 429:
                raise AccountError(response.status, answer.get("detail", ""))
        print("The server limits how many chats one address opens. Waiting a moment …", flush=True)
        await asyncio.sleep(float(answer.get("retry_after", 6.0)))
