"""Redis as a doorbell: publishes to channels and hears channels, over sharded publish and subscribe.

What is published while a subscriber is away is lost to it, and what is published while Redis is away is lost to all. The
subscriber says when that may have happened; whoever needs certainty then asks the owner of the data.

Order: payloads of one channel arrive in the order in which one publisher sent them. Nothing arrives twice.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from math import inf

from prometheus_client import Counter, Gauge
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from uuid_utils.compat import uuid7

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import Unavailable
from mesh.lifecycle import Tasks

log = logs.get(__name__)

PROBE_SECONDS = 5.0
PUBLISH_SECONDS = 5.0
_RETRY_SECONDS = (0.05, 2.0)
_CHANNELS_PER_COMMAND = 500
_MAX_CHANGES = 1_000_000

DEAF = Gauge("parlance_broker_deaf", "1 while published events cannot be heard.")
RECONNECTS = Counter("parlance_broker_reconnects_total", "Subscriptions that had to be made anew.")

Heard = Callable[[bytes], None]
"""Takes one payload. Must not block."""


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Redis]:
    """Open a pool of connections to the Redis that the URL names; commands fail when it is away and work again after.

    Nothing is tried twice: what seems to have failed may have been done.
    """
    never = Retry(NoBackoff(), 0)
    redis = Redis.from_url(url, protocol=2, socket_connect_timeout=2.0, socket_timeout=5.0, retry=never)
    try:
        yield redis
    finally:
        await redis.aclose()


async def publish(redis: Redis, payloads: Sequence[tuple[str, bytes]]) -> None:
    """Publish (channel, payload) pairs in one round trip, in order. Raises `Unavailable` when Redis is away.

    After an error some of them may have been heard. A pipeline of the client would do the same for twice the work.
    """
    pool = redis.connection_pool
    try:
        async with asyncio.timeout(PUBLISH_SECONDS):
            connection = await pool.get_connection()  # type: ignore[no-untyped-call]  # redis-py has no types here
            try:
                commands = connection.pack_commands([("SPUBLISH", *payload) for payload in payloads])
                await connection.send_packed_command(commands, check_health=False)
                for _ in payloads:
                    await connection.read_response(disable_decoding=True, timeout=inf)
            except BaseException:  # answers that nobody reads must not be taken for those of another command
                await connection.disconnect(nowait=True)
                raise
            finally:
                await pool.release(connection)
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("The broker cannot be reached.", reason="BROKER_AWAY", retry_after=1.0) from error


class Subscriber:
    """Hears any number of channels on one connection, and keeps it alive."""

    def __init__(self, redis: Redis) -> None:
        self.on_reconnected: Callable[[], None] = lambda: None
        """Called when all channels are heard again after a time in which some were not."""
        self._redis = redis
        self._pool: ConnectionPool = redis.connection_pool
        self._heard: dict[bytes, Heard] = {}
        self._confirmed: dict[bytes, asyncio.Future[None]] = {}
        self._connection: AbstractConnection | None = None
        self._changes = Batcher(self._tell, max_batch=_CHANNELS_PER_COMMAND, max_waiting=_MAX_CHANGES)
        self._probe = f"probe:{uuid7()}".encode()
        self._probe_heard = asyncio.Event()
        self._tasks = Tasks()
        self.deaf = True
        """True while published events may not be heard."""

    async def open(self) -> None:
        """Connect in the background; `deaf` tells when that has succeeded."""
        self._heard[self._probe] = lambda _payload: self._probe_heard.set()
        self._tasks.start(self._stay_connected())
        self._tasks.start(self._keep_probing())

    async def close(self) -> None:
        """Hear nothing any more."""
        await self._tasks.close()
        await self._disconnect()

    async def subscribe(self, channel: str, heard: Heard) -> None:
        """Hear a channel; when this returns, whatever is published from now on is heard.

        While Redis is away it returns as well: then the channel is heard when `on_reconnected` is called.
        """
        name = channel.encode()
        self._heard[name] = heard
        if self._connection is not None:
            await asyncio.shield(self._changes.submit(name))  # others may rely on it when this caller has given up

    def unsubscribe(self, channel: str) -> None:
        """Hear a channel no more. What is on its way is dropped."""
        name = channel.encode()
        if self._heard.pop(name, None) is not None and self._connection is not None:
            self._changes.submit(name)

    async def _tell(self, names: Sequence[bytes]) -> Sequence[None]:
        """Tell Redis of each channel whether it is wanted now, whatever was wanted in between."""
        wanted = [name for name in names if name in self._heard]
        if unwanted := set(names).difference(wanted):
            await self._send("SUNSUBSCRIBE", *unwanted)
        if wanted:
            await self._ask(wanted)
        return [None] * len(names)

    async def _ask(self, names: Sequence[bytes]) -> None:
        """Subscribe, and wait until that is confirmed or the connection is lost."""
        if self._connection is None:
            return
        loop = asyncio.get_running_loop()
        self._confirmed = {name: loop.create_future() for name in names}
        try:
            await self._send("SSUBSCRIBE", *self._confirmed)
            async with asyncio.timeout(PROBE_SECONDS):
                await asyncio.gather(*self._confirmed.values())
        except TimeoutError:
            await self._break()
        finally:
            self._confirmed = {}

    async def _send(self, command: str, *names: bytes) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(RedisError, OSError):  # the reader notices, and connects anew
                await connection.send_command(command, *names, check_health=False)

    async def _stay_connected(self) -> None:
        pause, longest = _RETRY_SECONDS
        first = True
        while True:
            try:
                await self._connect()
                if not first:
                    RECONNECTS.inc()
                    log.info("broker_reconnected", channels=len(self._heard))
                    self.on_reconnected()
                first, pause = False, _RETRY_SECONDS[0]
                await self._read()
            except (RedisError, OSError, TimeoutError) as error:
                if not self.deaf or first:
                    log.warning("broker_lost", error=str(error))
                first = False
            self._set_deaf(True)
            for confirmed in self._confirmed.values():
                if not confirmed.done():
                    confirmed.set_result(None)
            await self._disconnect()
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311  # jitter, not a secret
            pause = min(2 * pause, longest)

    async def _connect(self) -> None:
        """Connect and subscribe to everything; returns when Redis has confirmed it."""
        connection = self._pool.connection_class(**{**self._pool.connection_kwargs, "socket_timeout": None})
        async with asyncio.timeout(PROBE_SECONDS):
            await connection.connect()  # type: ignore[no-untyped-call]  # redis-py has no types here
        self._connection, names = connection, list(self._heard)  # from here on new ones are asked for one by one
        for start in range(0, len(names), _CHANNELS_PER_COMMAND):
            await connection.send_command(
                "SSUBSCRIBE", *names[start : start + _CHANNELS_PER_COMMAND], check_health=False
            )
        async with asyncio.timeout(PROBE_SECONDS):
            missing = set(names)
            while missing:
                kind, name, payload = await self._next(connection)
                self._take(kind, name, payload)
                if kind == b"ssubscribe":
                    missing.discard(name)
        self._set_deaf(False)

    async def _read(self) -> None:
        connection = self._connection
        while connection is not None:
            self._take(*await self._next(connection))

    @staticmethod
    async def _next(connection: AbstractConnection) -> tuple[bytes, bytes, bytes]:
        kind, name, payload = await connection.read_response(disable_decoding=True)
        return kind, name, payload

    def _take(self, kind: bytes, name: bytes, payload: bytes) -> None:
        if kind == b"smessage":
            heard = self._heard.get(name)
            if heard is not None:
                try:
                    heard(payload)
                except Exception:  # one channel's trouble must not make the others deaf
                    log.exception("event_not_handled", channel=name.decode())
        elif kind == b"ssubscribe" and (confirmed := self._confirmed.get(name)) is not None and not confirmed.done():
            confirmed.set_result(None)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(RedisError, OSError):
                await connection.disconnect(nowait=True)

    async def _keep_probing(self) -> None:
        """Publish to a channel of one's own: a connection can be open and yet bring nothing."""
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            if self._connection is None:
                continue
            self._probe_heard.clear()
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    await publish(self._redis, [(self._probe.decode(), b"")])
                    await self._probe_heard.wait()
            except (Unavailable, TimeoutError):
                log.warning("broker_deaf")
                await self._break()

    async def _break(self) -> None:
        """Give the connection up: the reader fails, and connects and subscribes anew."""
        self._set_deaf(True)
        await self._disconnect()

    def _set_deaf(self, deaf: bool) -> None:
        self.deaf = deaf
        DEAF.set(deaf)


@asynccontextmanager
async def subscriber(redis: Redis) -> AsyncIterator[Subscriber]:
    """Keep a subscriber while the context lasts."""
    hears = Subscriber(redis)
    await hears.open()
    try:
        yield hears
    finally:
        await hears.close()
