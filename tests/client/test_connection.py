import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from client import AccountError, Backoff, Client, MessageEvent, Offline, Online, Refused, Stopped, Token
from client.closing import explain
from tests.patience import PATIENCE_SECONDS

QUICK = Backoff(first_seconds=0.01, longest_seconds=0.05)


class Script:
    """A server that does what its test says, one connection after the other."""

    def __init__(self, wire: Any) -> None:
        self.wire = wire
        self.arrivals: asyncio.Queue[Peer] = asyncio.Queue()
        self.refuse_with: int | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_with:
            return web.Response(status=self.refuse_with)
        socket = web.WebSocketResponse(protocols=["parlance.v1"])
        await socket.prepare(request)
        peer = Peer(self.wire, socket, request)
        self.arrivals.put_nowait(peer)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                peer.frames.put_nowait(json.loads(message.data))
        peer.gone.set()
        return socket

    async def arrival(self) -> "Peer":
        """Wait for a client to connect."""
        return await asyncio.wait_for(self.arrivals.get(), PATIENCE_SECONDS)

    async def welcomed(self, **fields: Any) -> "Peer":
        """Wait for a client to connect, and welcome it."""
        peer = await self.arrival()
        peer.auth = await peer.frame("auth")
        await peer.say(self.wire.welcome(self.wire.room("hall"), **fields))
        return peer


class Peer:
    """The server's end of one connection."""

    def __init__(self, wire: Any, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.wire = wire
        self.socket = socket
        self.request = request
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.auth: dict[str, Any] = {}

    async def frame(self, kind: str) -> dict[str, Any]:
        """Wait for a frame, passing over pings."""
        while True:
            frame = await asyncio.wait_for(self.frames.get(), PATIENCE_SECONDS)
            if frame["type"] != "ping" or kind == "ping":
                assert frame["type"] == kind
                return frame

    async def say(self, text: str) -> None:
        await self.socket.send_str(text)

    async def acknowledge(self, frame: dict[str, Any], seq: int) -> None:
        message = self.wire.message(seq, id=frame["message_id"], body=frame["body"])
        await self.say(self.wire.frame("ack", id=frame["id"], room=frame["room"], message=message))

    async def close(self, code: int, reason: str = "") -> None:
        await self.socket.close(code=code, message=reason.encode())

    def cut(self) -> None:
        """End the connection without a word."""
        assert self.request.transport
        self.request.transport.abort()


class Tokens:
    """Credentials that count."""

    def __init__(self, expires_in: float = 900) -> None:
        self.expires_in = expires_in
        self.given = 0
        self.error: Exception | None = None

    async def __call__(self) -> Token:
        if self.error:
            raise self.error
        self.given += 1
        return Token(f"token {self.given}", self.expires_in)


@pytest.fixture
def script(wire: Any) -> Script:
    return Script(wire)


@pytest.fixture
async def url(script: Script) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/ws", script.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


async def until(events: AsyncIterator[Any], kind: type, matches: Callable[[Any], bool] = lambda _: True) -> Any:
    """Read events up to one of a kind."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for event in events:
            if isinstance(event, kind) and matches(event):
                return event
    raise AssertionError(f"no {kind.__name__} came")


async def test_a_message_is_sent_and_returned_as_stored(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        sending = asyncio.create_task(client.send("hall", "hello"))
        peer = await script.welcomed()
        assert peer.socket.ws_protocol == "parlance.v1"
        await peer.acknowledge(await peer.frame("send_message"), seq=3)
        message = await sending
        assert (message.seq, message.body) == (3, "hello")
        assert client.unsent == 0
        assert client.user
        assert client.user.name == "Ada"


async def test_what_was_unacknowledged_goes_out_again_after_a_cut(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        sending = asyncio.create_task(client.send("hall", "hello"))
        peer = await script.welcomed()
        first = await peer.frame("send_message")
        await peer.say(script.wire.event("hall", 7))
        await until(events, MessageEvent)
        peer.cut()
        offline = await until(events, Offline)
        assert offline.retry_seconds is not None
        assert client.unsent == 1
        peer = await script.welcomed()
        assert peer.auth["resume"] == {"hall": 7}
        assert await peer.frame("send_message") == first
        await peer.acknowledge(first, seq=8)
        await sending
        assert tokens.given == 1


@pytest.mark.parametrize("code", [1011, 1012, 1013, 4290, 4429])
async def test_after_most_close_codes_the_client_comes_back(
    script: Script, url: str, tokens: Tokens, code: int
) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        peer = await script.welcomed()
        await peer.close(code, "SOME_REASON")
        assert (await until(events, Offline)).reason == explain(code)
        await script.welcomed()
        await until(events, Online)


@pytest.mark.parametrize("code", [1009, 4400, 4403])
async def test_after_some_close_codes_the_client_stops(script: Script, url: str, tokens: Tokens, code: int) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        sending = asyncio.create_task(client.send("hall", "hello"))
        peer = await script.welcomed()
        await peer.close(code, "SOME_REASON")
        with pytest.raises(Stopped) as stopped:
            await sending
        assert stopped.value.code == code
        last = [event async for event in events][-1]
        assert last == Offline(explain(code), retry_seconds=None)
        with pytest.raises(Stopped):
            await client.join("hall")
        assert [event async for event in client.events()] == []


async def test_a_refused_token_is_replaced_once(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        for number in (1, 2):
            peer = await script.arrival()
            assert (await peer.frame("auth"))["token"] == f"token {number}"
            await peer.say(script.wire.error(1, "unauthenticated"))
            await peer.close(4401)
        last = [event async for event in events][-1]
        assert last.retry_seconds is None


async def test_an_expired_token_is_replaced_each_time(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK):
        for number in (1, 2, 3):
            peer = await script.welcomed()
            assert peer.auth["token"] == f"token {number}"
            await peer.close(4401)


async def test_the_token_is_renewed_before_it_expires(script: Script, url: str) -> None:
    tokens = Tokens(expires_in=0.5)
    async with Client(url, tokens, backoff=QUICK):
        peer = await script.welcomed()
        renewal = await peer.frame("auth")
        assert renewal["token"] == "token 2"
        assert "resume" not in renewal
        await peer.say(script.wire.welcome())
        assert (await peer.frame("auth"))["token"] == "token 3"


async def test_the_client_stops_when_there_are_no_more_tokens(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        joining = asyncio.create_task(client.join("hall"))
        peer = await script.welcomed()
        tokens.error = AccountError(401, "Your session has ended.")
        await peer.close(4401)
        with pytest.raises(Stopped, match="session has ended"):
            await joining


async def test_the_client_asks_again_when_there_is_no_token_now(script: Script, url: str, tokens: Tokens) -> None:
    tokens.error = AccountError(503, "Not now.")
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        assert (await until(events, Offline)).reason == "Not now."
        tokens.error = TimeoutError()
        await until(events, Offline, lambda event: event.reason == "The server cannot be reached.")
        tokens.error = None
        await script.welcomed()
        await until(events, Online)


async def test_a_restarting_server_is_left_and_the_work_goes_on(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        sending = asyncio.create_task(client.send("hall", "hello"))
        peer = await script.welcomed()
        await peer.frame("send_message")
        await peer.say(script.wire.frame("reconnect", after_ms=20))
        await asyncio.wait_for(peer.gone.wait(), PATIENCE_SECONDS)
        peer = await script.welcomed()
        await peer.acknowledge(await peer.frame("send_message"), seq=1)
        await sending


async def test_a_silent_server_is_left(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK):
        peer = await script.welcomed(heartbeat=0.1)
        await peer.frame("ping")
        await asyncio.wait_for(peer.gone.wait(), PATIENCE_SECONDS)
        await script.welcomed()


async def test_a_server_that_cannot_be_reached_is_tried_again(script: Script, url: str, tokens: Tokens) -> None:
    script.refuse_with = 503
    async with Client(url, tokens, backoff=QUICK) as client:
        events = client.events()
        await until(events, Offline)
        script.refuse_with = None
        await script.welcomed()
        await until(events, Online)


async def test_a_place_without_a_server_of_ours_is_given_up(script: Script, url: str, tokens: Tokens) -> None:
    script.refuse_with = 404
    async with Client(url, tokens, backoff=QUICK) as client:
        with pytest.raises(Stopped, match="404"):
            await client.join("hall")


async def test_a_server_of_another_protocol_is_given_up(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        joining = asyncio.create_task(client.join("hall"))
        peer = await script.arrival()
        await peer.say("220 mail.example.org ESMTP")
        with pytest.raises(Stopped, match="not a frame"):
            await joining


async def test_an_error_reaches_the_caller(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        editing = asyncio.create_task(client.edit("hall", "somebody's", "mine now"))
        peer = await script.welcomed()
        frame = await peer.frame("edit_message")
        await peer.say(script.wire.error(frame["id"], "forbidden"))
        with pytest.raises(Refused) as refused:
            await editing
        assert refused.value.code == "forbidden"


async def test_who_stops_waiting_takes_the_message_back(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await client.send("hall", "never mind")
        assert client.unsent == 0


async def test_closing_fails_what_still_waits(script: Script, url: str, tokens: Tokens) -> None:
    async with Client(url, tokens, backoff=QUICK) as client:
        sending = asyncio.create_task(client.send("hall", "hello"))
        peer = await script.welcomed()
        await peer.frame("send_message")
    with pytest.raises(Stopped, match="closed"):
        await sending
    await asyncio.wait_for(peer.gone.wait(), PATIENCE_SECONDS)
