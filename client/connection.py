"""A session on aiohttp's WebSocket: connects, writes, reads, and connects again."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import NoReturn

import aiohttp
from yarl import URL

from client.backoff import Backoff
from client.closing import CloseCode, Ending, ReconnectPolicy, explain
from client.errors import AccountError, ProtocolError
from client.events import Connecting, Offline, Online
from client.frames import SUBPROTOCOL
from client.outputs import Drop, Output, RenewToken
from client.session import Session
from client.tokens import Credentials, TokenKeeper

CONNECT_SECONDS = 20.0
WRITE_SECONDS = 30.0
CLOSE_SECONDS = 2.0
MAX_INCOMING_BYTES = 16 * 1024 * 1024
"""Enough for a page of the longest messages."""

UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError)


class Connection:
    """Thin on purpose: what to say and when is the session's to decide, whether to come back is the policy's."""

    def __init__(
        self,
        *,
        url: URL,
        http: aiohttp.ClientSession,
        credentials: Credentials,
        session: Session,
        backoff: Backoff,
        act: Callable[[Output], None],
    ) -> None:
        self._url = url
        self._http = http
        self._session = session
        self._backoff = backoff
        self._act = act
        self._policy = ReconnectPolicy(backoff)
        self._tokens = TokenKeeper(credentials, time.monotonic)
        self._wake = asyncio.Event()
        self._renewal_due = asyncio.Event()
        self._drop: Drop | None = None
        self._online_at: float | None = None

    def wake(self) -> None:
        """Look at the session again: it has something to send."""
        self._wake.set()

    async def run(self) -> NoReturn:
        """Keep the session connected. Raises `Stopped` or `AccountError` when that has become pointless."""
        while True:
            self._act(Connecting())
            ending = await self._connect()
            self._session.disconnected()
            if ending.code == CloseCode.UNAUTHENTICATED:
                self._tokens.forget()
            delay = self._policy.delay_after(ending)
            self._act(Offline(ending.reason, delay))
            await asyncio.sleep(delay)

    async def _connect(self) -> Ending:
        try:
            token, renew_seconds = await self._tokens.current()
            async with await self._open() as socket:
                self._session.connected(token, renew_seconds, time.monotonic())
                return await self._converse(socket)
        except aiohttp.WSServerHandshakeError as error:
            return Ending(CloseCode.of_status(error.status), f"The server answers with HTTP status {error.status}.")
        except AccountError as error:
            if not error.temporary:
                raise
            return Ending(CloseCode.OVERLOADED, str(error))
        except UNREACHABLE:
            return Ending(CloseCode.LOST, "The server cannot be reached.")

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self._http.ws_connect(
                self._url,
                protocols=[SUBPROTOCOL],
                max_msg_size=MAX_INCOMING_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )

    async def _converse(self, socket: aiohttp.ClientWebSocketResponse) -> Ending:
        self._drop = self._online_at = None
        self._renewal_due.clear()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._write(socket)), group.create_task(self._renew_tokens())]
            code, reason = await self._read(socket)
            for task in tasks:
                task.cancel()
        online_seconds = 0.0 if self._online_at is None else time.monotonic() - self._online_at
        return Ending(code, reason, online_seconds)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> tuple[int, str]:
        """Take in frames until the end of the connection; gives its code and reason."""
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                try:
                    self._session.received(message.data, time.monotonic())
                except ProtocolError as error:
                    return CloseCode.MALFORMED, str(error)
                self._pass_on()
                self.wake()
            elif self._drop:
                return self._drop.code, self._drop.reason
            elif message.type is not aiohttp.WSMsgType.BINARY:
                code = socket.close_code or CloseCode.LOST
                return code, explain(code)

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Send what the session wants to be sent, when it wants it; close the connection when it is to be dropped."""
        with suppress(*UNREACHABLE):
            while not self._is_to_be_dropped():
                self._wake.clear()
                for frame in self._session.take_frames(time.monotonic()):
                    async with asyncio.timeout(WRITE_SECONDS):
                        await socket.send_str(frame)
                await self._wait_until(self._session.next_tick())
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await socket.close()

    def _is_to_be_dropped(self) -> bool:
        self._session.tick(time.monotonic())
        self._pass_on()
        return self._drop is not None

    async def _wait_until(self, moment: float) -> None:
        seconds = max(0.0, moment - time.monotonic()) if isfinite(moment) else None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _renew_tokens(self) -> None:
        """Show the server a fresh token each time that the session asks for one.

        When there is none to be had the server will close the connection in its time, and the next attempt to connect
        tells why.
        """
        failures = 0
        while True:
            await self._renewal_due.wait()
            try:
                token, renew_seconds = await self._tokens.fresh()
            except (*UNREACHABLE, AccountError) as error:
                if isinstance(error, AccountError) and not error.temporary:
                    return
                failures += 1
                await asyncio.sleep(self._backoff.delay(failures))
            else:
                failures = 0
                self._renewal_due.clear()
                self._session.renew(token, renew_seconds, time.monotonic())
                self.wake()

    def _pass_on(self) -> None:
        """Act on what the session gave out."""
        for output in self._session.take_outputs():
            match output:
                case RenewToken():
                    self._renewal_due.set()
                case Drop():
                    self._drop = output
                case Online():
                    self._online_at = time.monotonic()
                    self._act(output)
                case _:
                    self._act(output)
