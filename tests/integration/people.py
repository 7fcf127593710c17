"""People for tests: registered over REST, talking in raw frames, so that the protocol itself is what is tested."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import aiohttp

from tests.patience import PATIENCE_SECONDS

PASSWORD = "correct horse battery"

Frame = dict[str, Any]


class Person:
    """An account."""

    def __init__(self, http: aiohttp.ClientSession, url: str, answer: Frame) -> None:
        self.http = http
        self.url = url
        self.id: str = answer["user"]["id"]
        self.name: str = answer["user"]["username"]
        self.token: str = answer["access_token"]
        self.refresh_token: str = answer["refresh_token"]

    async def rest(self, method: str, path: str, body: Frame | None = None, *, status: int | None = None) -> Any:
        """Make a request as this person; checks the status, which is a success when none is named."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(method, f"{self.url}/api/{path}", json=body, headers=headers) as response:
            text = await response.text()
            if status is None:
                assert response.status < 400, text
            else:
                assert response.status == status, text
            return await response.json(content_type=None) if text else None

    @asynccontextmanager
    async def connected(self, url: str | None = None, **auth: Any) -> AsyncIterator["Socket"]:
        """Log in over a WebSocket, at another edge if one is named; `socket.welcome` is the greeting."""
        async with Socket.open(self.http, url or self.url) as socket:
            socket.welcome = await socket.ask("auth", token=self.token, **auth)
            assert socket.welcome["type"] == "welcome", socket.welcome
            yield socket


class Socket:
    """A WebSocket whose frames wait until somebody looks for them."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = socket
        self.welcome: Frame = {}
        self.unseen: list[Frame] = []
        self._ids = itertools.count(1)

    @classmethod
    @asynccontextmanager
    async def open(cls, http: aiohttp.ClientSession, url: str) -> AsyncIterator[Self]:
        """Connect without logging in."""
        async with http.ws_connect(f"{url}/ws", protocols=["parlance.v1"], max_msg_size=0) as socket:
            yield cls(socket)

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """Send a frame and wait for its answer; events that come before it wait."""
        frame_id = next(self._ids)
        await self.raw.send_json({"type": kind, "id": frame_id, **fields})
        return await self.expect(lambda frame: frame.get("id") == frame_id)

    async def send(self, room: str, body: str, **fields: Any) -> Frame:
        """Send a message; returns the answer."""
        return await self.ask("send_message", room=room, message_id=str(uuid4()), body=body, **fields)

    async def event(self, kind: str, **fields: Any) -> Frame:
        """Wait for an event of this type with these fields."""
        return await self.expect(
            lambda frame: frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items())
        )

    async def bodies(self, count: int) -> list[str]:
        """Wait for so many new messages; returns their texts in the order in which they came."""
        return [(await self.event("message"))["message"]["body"] for _ in range(count)]

    async def expect(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Wait for a frame; those before it stay for later."""
        for place, frame in enumerate(self.unseen):
            if wanted(frame):
                return self.unseen.pop(place)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                frame = await self.raw.receive_json()
                if wanted(frame):
                    return frame
                self.unseen.append(frame)

    async def closed(self) -> int:
        """Wait until the server closes; returns the code. What came before stays for later."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self.raw.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    self.unseen.append(message.json())
                else:
                    assert message.type is aiohttp.WSMsgType.CLOSE, message
                    return int(message.data)


async def register(http: aiohttp.ClientSession, url: str, name: str = "") -> Person:
    """Open an account."""
    body = {"username": name or f"user-{uuid4().hex[:12]}", "password": PASSWORD}
    async with http.post(f"{url}/api/auth/register", json=body) as response:
        assert response.status == 201, await response.text()
        return Person(http, url, await response.json())


async def new_room(owner: Person, *, kind: str = "public") -> Frame:
    """Create a room."""
    room: Frame = await owner.rest("POST", "rooms", {"name": f"room {uuid4().hex[:8]}", "kind": kind})
    return room
