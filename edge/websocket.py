"""The socket: a thin shell around the session. Reads text, lets the session judge it, hands frames to their handlers."""

import asyncio
import contextlib
import time
from collections.abc import Iterable

from aiohttp import WSCloseCode, WSMsgType, web
from prometheus_client import Counter

from edge import frames
from edge.connection import Connection
from edge.handlers import Handlers, error_frame
from edge.hub import Hub
from edge.presence import PresenceReporter, told_rooms
from edge.session import Refusal, Session
from mesh import logs
from mesh.errors import ParlanceError, Unavailable

log = logs.get(__name__)

CLOSES = Counter("parlance_closes_total", "Connections closed by this edge, by reason.", ["reason"])

SWEEP_SECONDS = 2.0


class Sockets:
    """Accepts WebSockets and keeps them until they end."""

    def __init__(
        self,
        hub: Hub,
        handlers: Handlers,
        presence: PresenceReporter,
        *,
        heartbeat_seconds: int,
        frames_per_second: float,
    ) -> None:
        self._hub = hub
        self._handlers = handlers
        self._presence = presence
        self._heartbeat_seconds = heartbeat_seconds
        self._frames_per_second = frames_per_second
        self._open: set[Connection] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self.draining = False

    def __len__(self) -> int:
        """How many are open, those that have not logged in included."""
        return len(self._open)

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one WebSocket until it ends."""
        if self.draining:
            raise Unavailable("This server is about to stop. Connect again.", reason="DRAINING", retry_after=0.1)
        # The frames are small and many: compressing each for each connection would cost more than it saves.
        socket = web.WebSocketResponse(
            protocols=(frames.SUBPROTOCOL,), compress=False, autoping=False, max_msg_size=frames.MAX_FRAME_BYTES
        )
        await socket.prepare(request)
        if request.transport is None:  # gone while it was accepted
            return socket
        now = time.monotonic()
        session = Session(now=now, frames_per_second=self._frames_per_second, burst=2 * self._frames_per_second)
        connection = Connection(session, request.transport, now=now)
        self._open.add(connection)
        self._empty.clear()
        try:
            await self._read(socket, connection, _bearer(request))
        finally:
            connection.ended()
            self._open.discard(connection)
            if not self._open:
                self._empty.set()
            self._ended(connection)
        return socket

    async def _read(self, socket: web.WebSocketResponse, connection: Connection, header_token: str) -> None:
        while True:
            message = await socket.receive()
            connection.last_heard = time.monotonic()
            match message.type:
                case WSMsgType.TEXT:
                    await self._frame(connection, message.data, header_token)
                case WSMsgType.BINARY:
                    connection.close(4400, "BINARY_FRAME")
                case WSMsgType.PING:
                    with contextlib.suppress(ConnectionError):  # gone, as the next message says
                        await socket.pong(message.data)
                case WSMsgType.PONG:
                    pass
                case _:
                    return

    async def _frame(self, connection: Connection, text: str, header_token: str) -> None:
        if connection.closing:
            return
        frame: frames.ClientFrames | None = None
        try:
            frame = connection.session.receive(text, time.monotonic())
            await self._handlers.handle(connection, frame, header_token)
        except Refusal as refusal:
            self._refuse(connection, refusal)
        except ParlanceError as error:
            connection.send(error_frame(error, frame.id if frame is not None else None))
            if isinstance(frame, frames.Auth):  # without a login there is nothing that the connection could do
                self._close(connection, error)
        except Exception as error:  # one frame's trouble is its sender's alone
            connection.send(error_frame(error, frame.id if frame is not None else None))

    def _refuse(self, connection: Connection, refusal: Refusal) -> None:
        connection.send(error_frame(refusal.error, refusal.frame_id))
        if refusal.close:
            self._close(connection, refusal.error)

    def _close(self, connection: Connection, error: ParlanceError) -> None:
        CLOSES.labels(error.reason).inc()
        connection.close(error.close_code or WSCloseCode.INTERNAL_ERROR, error.reason)

    def _ended(self, connection: Connection) -> None:
        room_ids = told_rooms(connection)
        if self._hub.leave(connection):
            self._presence.went(connection.user_id, room_ids)

    # --- what time does to connections

    async def sweep(self) -> None:
        """End connections whose token has expired, that never logged in, or that are silent."""
        now, now_utc = time.monotonic(), time.time()
        for connection in list(self._open):
            error = connection.session.overdue(now, now_utc)
            if error is not None:
                self._close(connection, error)
            elif now - connection.last_heard > 2 * self._heartbeat_seconds:
                self._close(connection, Unavailable("Nothing was heard.", reason="SILENT"))

    async def drain(self, seconds: float) -> None:
        """Tell clients to connect elsewhere at a random moment within so many seconds, then close those that remain."""
        self.draining = True
        told = frames.encode(frames.Reconnect(after_ms=int(seconds * 1000)))
        for connection in _all(self._open):
            connection.send_bytes(told)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        for connection in _all(self._open):
            connection.close(WSCloseCode.SERVICE_RESTART, "RESTART")


def _all(connections: Iterable[Connection]) -> list[Connection]:
    return [connection for connection in connections if not connection.closing]


def _bearer(request: web.Request) -> str:
    """The token that the upgrade carried, if it did."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
