"""The load generator: WebSocket clients that cost far less than the servers which they measure.

A connection reads no more than the headers of the frames that it receives, unless somebody observes it; frames to send
are masked beforehand; and sending follows an absolute schedule, so that a slow server does not slow the load.
"""

import asyncio
import math
import time
import uuid
from collections.abc import Callable
from typing import Any, cast

import msgspec

from edge.frames import SUBPROTOCOL

ANSWER_SECONDS = 30
BODY_CHARACTERS = 100

_MASK = b"\x5a\xc3\x96\x3c"
_STAMP_DIGITS = 20
_BODY = b'"body":"'


class Connection(asyncio.Protocol):
    """One WebSocket, opened with `connect`. Counts the data frames that it receives."""

    def __init__(self, address: str) -> None:
        self.frames = 0
        self.observer: Callable[[bytes], None] | None = None
        self.gone = asyncio.Event()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._replied: asyncio.Future[dict[str, Any]] | None = None
        self._address = address
        self._rest = b""
        self._goodbye = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own, which inherits from neither
        self._transport.write(
            f"GET /ws HTTP/1.1\r\nHost: {self._address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: cGFybGFuY2UgbG9hZCBnZQ==\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take the answer to the upgrade, then frames."""
        data = self._rest + data if self._rest else data
        if self.opened.done():
            self._rest = data[self._read_frames(data) :]
            return
        head, end, self._rest = data.partition(b"\r\n\r\n")
        if not end:
            self._rest = data
        elif head.startswith(b"HTTP/1.1 101 "):
            self.opened.set_result(None)
            self.data_received(b"")
        else:
            self.opened.set_exception(ConnectionError(head.decode(errors="replace")))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever still waits."""
        self.gone.set()
        for waiting in (self.opened, self._replied):
            if waiting and not waiting.done():
                waiting.set_exception(error or ConnectionError(f"closed by the server: {self._goodbye!r}"))

    def send(self, frame: bytes) -> None:
        """Send a frame that is masked already."""
        self._transport.write(frame)

    async def request(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send one frame and wait for its reply. Raises `ConnectionError` if that is an error."""
        self._replied = asyncio.get_running_loop().create_future()
        before, self.observer = self.observer, self._take_reply
        self.send(masked(msgspec.json.encode({"type": kind, "id": kind, **fields})))
        try:
            reply = await asyncio.wait_for(self._replied, ANSWER_SECONDS)
        finally:
            self.observer = before
        if reply["type"] == "error":
            raise ConnectionError(f"{kind}: {reply}")
        return reply

    def pause(self) -> None:
        """Read nothing more."""
        self._transport.pause_reading()

    def close(self) -> None:
        """Drop the connection without a closing handshake."""
        self._transport.abort()

    def _take_reply(self, payload: bytes) -> None:
        frame = msgspec.json.decode(payload)
        if "id" in frame and self._replied and not self._replied.done():
            self._replied.set_result(frame)

    def _read_frames(self, data: bytes) -> int:
        """Read all complete frames and return where they end."""
        position, end = 0, len(data)
        while end - position >= 2:
            size, start = data[position + 1], position + 2
            if size == 126:
                size, start = int.from_bytes(data[position + 2 : position + 4], "big"), position + 4
            elif size == 127:
                size, start = int.from_bytes(data[position + 2 : position + 10], "big"), position + 10
            if start + size > end:
                break
            if data[position] == 0x81:
                self.frames += 1
                if self.observer:
                    self.observer(data[start : start + size])
            else:
                self._take_control(data[position], data[start : start + size])
            position = start + size
        return position

    def _take_control(self, head: int, payload: bytes) -> None:
        if head == 0x89:
            self.send(masked(payload, opcode=0xA))
        elif head == 0x88:
            self._goodbye = payload
            self.send(masked(payload, opcode=0x8))


async def connect(address: str) -> Connection:
    """Open a WebSocket at host:port."""
    host, port = address.split(":")
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: Connection(address), host, int(port))
    await asyncio.wait_for(connection.opened, ANSWER_SECONDS)
    return connection


def masked(payload: bytes, opcode: int = 0x1) -> bytes:
    """Make a complete client frame (RFC 6455, section 5.2). The mask is always the same: a server cannot tell."""
    size = len(payload)
    head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    mask = (_MASK * (size // 4 + 1))[:size]
    return head + _MASK + (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")


def message(room: str, stamp: int) -> bytes:
    """Make a `send_message` frame whose body of 100 characters begins with a time in nanoseconds."""
    body = f"{stamp:0{_STAMP_DIGITS}d}".ljust(BODY_CHARACTERS, "x")
    frame = {"type": "send_message", "id": stamp, "room": room, "message_id": str(uuid.uuid4()), "body": body}
    return masked(msgspec.json.encode(frame))


async def paced(rate: float, count: int, send: Callable[[int, int], None]) -> None:
    """Call `send(number, due)` so often a second, `due` being when it should have been sent, in nanoseconds.

    A time counted from `due` includes what the load generator itself was late by (up to 1 ms is normal): a server that
    stalls cannot make its own measurement rarer.
    """
    started = time.monotonic_ns()
    for number in range(count):
        due = started + int(number * 1e9 / rate)
        if (wait := due - time.monotonic_ns()) > 0:
            await asyncio.sleep(max(wait / 1e9, 0.001))  # a shorter one makes uvloop spin
        send(number, min(due, time.monotonic_ns()))


class Observer:
    """Times what its connections receive: acknowledgements and messages, in seconds since they were due."""

    def __init__(self) -> None:
        self.acks: list[float] = []
        self.deliveries: list[float] = []
        self.errors: list[bytes] = []
        self.event_bytes = 0
        """Size of the last message's frame, header included."""

    def __call__(self, payload: bytes) -> None:
        """Take the payload of one frame."""
        if payload.startswith(b'{"type":"message"'):
            self.deliveries.append(_age(payload))
            self.event_bytes = 4 + len(payload)
        elif payload.startswith(b'{"type":"ack"'):
            self.acks.append(_age(payload))
        elif payload.startswith(b'{"type":"error"'):
            self.errors.append(payload)


def _age(payload: bytes) -> float:
    at = payload.index(_BODY) + len(_BODY)
    return (time.monotonic_ns() - int(payload[at : at + _STAMP_DIGITS])) / 1e9


def quantile(ascending: list[float], share: float) -> float:
    """Return the smallest value that at least this share of all do not exceed."""
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]
