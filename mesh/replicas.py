"""All replicas of one service: found by name, found again, one channel each.

A target is `unix:/path`, `host:port`, several of them with commas between, or a DNS name that resolves to every replica.
"""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import grpc

from mesh import logs, rendezvous
from mesh.certificates import Credentials
from mesh.errors import Unavailable
from mesh.lifecycle import Tasks, every
from mesh.settings import is_socket
from mesh.sizes import MAX_MESSAGE_BYTES
from mesh.tls import Identity

log = logs.get(__name__)

RESOLVE_SECONDS = 3.0
_CONNECT_SECONDS = 10.0
_LINGER_SECONDS = 30.0
"""How long a channel that was replaced is kept for the calls on it: more than any call may take."""
_OPTIONS = (
    ("grpc.enable_retries", 0),  # retries are ours: only of what is safe, see mesh.rpc
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 3_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
)


@dataclass(eq=False, slots=True)
class Replica:
    """One process of a service and the channel to it."""

    address: str
    channel: grpc.aio.Channel
    credentials: Credentials | None
    """What the channel shows when it connects; replaced together with it."""
    healthy: bool = True
    """False while the channel cannot connect; then others are preferred. A new one is given the benefit of the doubt."""


class Replicas:
    """Keeps the set of replicas up to date and chooses among them."""

    def __init__(self, target: str, service: str, identity: Identity | None) -> None:
        self.on_break: Callable[[], None] = lambda: None
        """Called when an established channel to a replica breaks."""
        self._service = service
        self._identity = identity
        self._names = [name.strip() for name in target.split(",")]
        self._replicas: dict[str, Replica] = {}
        self._turn = itertools.count()
        self._tasks = Tasks()

    async def open(self) -> None:
        """Find the replicas now, and again every few seconds."""
        await self.resolve()
        self._tasks.start(every(RESOLVE_SECONDS, self.resolve))
        self._tasks.start(every(RESOLVE_SECONDS, self.renew))

    async def close(self) -> None:
        """Close all channels."""
        await self._tasks.close()
        await asyncio.gather(*(replica.channel.close() for replica in self._replicas.values()))

    def addresses(self) -> list[str]:
        """Those that can be connected to; all of them when none can."""
        return [replica.address for replica in self._replicas.values() if replica.healthy] or list(self._replicas)

    def reachable(self) -> bool:
        """Whether any replica can be connected to."""
        return any(replica.healthy for replica in self._replicas.values())

    def by_key(self, key: str) -> Replica:
        """Choose the replica that everybody chooses for this key. Raises `Unavailable` when there is none."""
        return self._replicas[rendezvous.choose(key, self._some())]

    def in_turn(self) -> Replica:
        """Choose the next one. Raises `Unavailable` when there is none."""
        addresses = self._some()
        return self._replicas[addresses[next(self._turn) % len(addresses)]]

    def get(self, address: str) -> Replica | None:
        """Return the replica at this address, if it is still one."""
        return self._replicas.get(address)

    def channels(self) -> set[grpc.aio.Channel]:
        """Those in use."""
        return {replica.channel for replica in self._replicas.values()}

    async def resolve(self) -> None:
        """Look the names up; open channels to new replicas and close those of replicas that are gone."""
        found: set[str] = set()
        for name in self._names:
            found |= await _lookup(name)
        if not found:  # a name service that fails is no reason to drop what works
            return
        for address in found - self._replicas.keys():
            replica = self._replicas[address] = Replica(address, *self._dial(address))
            self._tasks.start(self._watch(replica, replica.channel))
        for address in self._replicas.keys() - found:
            gone = self._replicas.pop(address)
            self._tasks.start(gone.channel.close(grace=5.0))

    async def renew(self) -> None:
        """Replace the channels that show an older certificate than the present one."""
        current = self._identity and self._identity.credentials
        stale = [replica for replica in self._replicas.values() if replica.credentials not in {None, current}]
        await asyncio.gather(*map(self._replace, stale))

    def _dial(self, address: str) -> tuple[grpc.aio.Channel, Credentials | None]:
        if self._identity is None or is_socket(address):
            return grpc.aio.insecure_channel(address, options=_OPTIONS), None
        return self._identity.channel(address, self._service, _OPTIONS), self._identity.credentials

    async def _replace(self, replica: Replica) -> None:
        """Change to a new channel once that is connected; calls under way end on the old one."""
        channel, credentials = self._dial(replica.address)
        async with AsyncExitStack() as unless_taken:
            unless_taken.push_async_callback(channel.close)
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await channel.channel_ready()
            except TimeoutError:  # who is away is tried again in a moment
                return
            if self.get(replica.address) is replica:
                unless_taken.pop_all()
                self._tasks.start(_linger(replica.channel))
                replica.channel, replica.credentials, replica.healthy = channel, credentials, True
                self._tasks.start(self._watch(replica, channel))

    def _some(self) -> list[str]:
        addresses = self.addresses()
        if not addresses:
            raise Unavailable("No replica of the service is known. Try again in a moment.", retry_after=1.0)
        return addresses

    async def _watch(self, replica: Replica, channel: grpc.aio.Channel) -> None:
        """Follow the state of a channel, and keep it connected, until it is replaced."""
        state = channel.get_state(try_to_connect=True)
        while state is not grpc.ChannelConnectivity.SHUTDOWN:
            await channel.wait_for_state_change(state)
            if replica.channel is not channel:
                return
            before, state = state, channel.get_state(try_to_connect=True)
            if state is grpc.ChannelConnectivity.READY:
                replica.healthy = True
            elif state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                replica.healthy = False
            if before is grpc.ChannelConnectivity.READY or state is grpc.ChannelConnectivity.IDLE:  # it had been ready
                log.warning("replica_lost", address=replica.address)
                self.on_break()


async def _linger(channel: grpc.aio.Channel) -> None:
    try:
        await asyncio.sleep(_LINGER_SECONDS)
    finally:
        await channel.close()


@asynccontextmanager
async def connected(target: str, service: str = "", identity: Identity | None = None) -> AsyncIterator[Replicas]:
    """Keep channels to all replicas of a target while the context lasts.

    With an identity they are encrypted, except to unix sockets, and lead to nobody but the service of that name.
    """
    replicas = Replicas(target, service, identity)
    await replicas.open()
    try:
        yield replicas
    finally:
        await replicas.close()


async def _lookup(name: str) -> set[str]:
    if name.startswith("unix:"):
        return {name}
    host, _, port = name.rpartition(":")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except OSError as error:
        log.warning("name_not_resolved", name=name, error=str(error))
        return set()
    return {_address(info[4][0], int(port)) for info in found}


def _address(ip: str | int, port: int) -> str:
    return f"[{ip}]:{port}" if ":" in str(ip) else f"{ip}:{port}"
