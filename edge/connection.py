"""One WebSocket: what is written to it and how it ends."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import Counter

from edge import frames
from edge.session import Session

if TYPE_CHECKING:
    from edge.rooms import Room

SLOW_CLOSES = Counter("parlance_slow_consumers_total", "Connections closed because they did not read.")

WRITE_BUFFER_BYTES = 1024 * 1024
"""A connection that has more than this unread is closed; it can resume. What it is told when it comes into rooms does not
count, however much that is: it has asked for it, and can only ask for the next when it has read it."""

SLOW_CONSUMER = 4290
_HANDSHAKE_SECONDS = 3.0


class Connection:
    """An open connection. Everything written in one turn of the event loop leaves in one system call: uvloop sees to it."""

    __slots__ = (
        "_abort",
        "_limit_bytes",
        "_transport",
        "closing",
        "entering",
        "in_flight",
        "last_heard",
        "rooms",
        "session",
        "user_id",
        "write",
    )

    def __init__(self, session: Session, transport: asyncio.WriteTransport, *, now: float) -> None:
        self.session = session
        self._transport = transport
        self._abort: asyncio.TimerHandle | None = None
        self._limit_bytes = WRITE_BUFFER_BYTES
        self.write: Callable[[bytes], None] = transport.write
        """Writes complete WebSocket frames. For the broadcast: nothing is checked here, and RuntimeError means "gone"."""
        self.user_id = ""
        """Who is connected; empty before `auth`."""
        self.rooms: dict[str, Room] = {}
        """The rooms whose events it receives."""
        self.last_heard = now
        self.in_flight = 0
        """Sends that wait to be stored."""
        self.entering = asyncio.Lock()
        """Held by whatever brings the connection into rooms or out of one at its own wish: one at a time."""
        self.closing = False

    def send(self, frame: frames.ServerFrame) -> None:
        """Write one frame to this connection alone."""
        self.send_bytes(frames.encode(frame))

    def send_bytes(self, data: bytes) -> None:
        """Write complete frames to this connection alone; does nothing when it is closing or gone."""
        if not self.closing and not self._transport.is_closing():
            self.write(data)
            self.check_reading()

    @contextmanager
    def large_answer(self) -> Iterator[None]:
        """What is sent inside may be more than may wait, and does not count later; the last one must have been read."""
        self._limit_bytes = WRITE_BUFFER_BYTES
        self.check_reading()
        self._limit_bytes = sys.maxsize
        try:
            yield
        finally:
            self._limit_bytes = WRITE_BUFFER_BYTES + self._transport.get_write_buffer_size()

    def check_reading(self) -> None:
        """Close the connection if it does not read what it is sent."""
        if not self.closing and self._transport.get_write_buffer_size() > self._limit_bytes:
            SLOW_CLOSES.inc()
            self.close(SLOW_CONSUMER, "slow_consumer")

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake; a peer that does not take part in it is cut off after three seconds."""
        if self.closing:
            return
        if not self._transport.is_closing():
            self.write(frames.encode_close(code, reason))
        self._end()
        self._abort = asyncio.get_running_loop().call_later(_HANDSHAKE_SECONDS, self._transport.abort)

    def ended(self) -> None:
        """The peer has closed, or is gone."""
        self._end()
        if self._abort is not None:
            self._abort.cancel()

    def _end(self) -> None:
        """Nothing follows a close frame, and what is not read does not grow."""
        self.closing = True
        self.write = _discard


def _discard(_data: bytes) -> None:
    """What is written to a connection that ends."""
