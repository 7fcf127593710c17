import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from mesh import rendezvous
from mesh.errors import Unavailable
from mesh.replicas import Replicas, connected
from tests.mesh.live_service import LiveService, announce, calling
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import free_port


class Fleet:
    """Three replicas that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.addresses = [f"unix:{folder}/{name}.sock" for name in "abc"]
        self.target = ",".join(self.addresses)
        self.services = {address: LiveService() for address in self.addresses}
        self._running: dict[str, Any] = {}

    async def start(self, address: str) -> None:
        self._running[address] = self.services[address].at(address)
        await self._running[address].__aenter__()

    async def stop(self, address: str) -> None:
        await self._running.pop(address).__aexit__(None, None, None)

    async def close(self) -> None:
        for address in list(self._running):
            await self.stop(address)

    def calls(self) -> list[int]:
        return [service.calls for service in self.services.values()]


@pytest.fixture
async def fleet(short_tmp: Path) -> AsyncIterator[Fleet]:
    fleet = Fleet(short_tmp)
    for address in fleet.addresses:
        await fleet.start(address)
    yield fleet
    await fleet.close()


def usable(replicas: Replicas, *addresses: str) -> Callable[[], bool]:
    return lambda: sorted(replicas.addresses()) == sorted(addresses)


async def test_they_are_called_in_turn(fleet: Fleet) -> None:
    async with calling(fleet.target) as live:
        for _ in range(6):
            await announce(live)
    assert fleet.calls() == [2, 2, 2]


async def test_a_key_always_goes_to_the_replica_that_everybody_chooses(fleet: Fleet) -> None:
    keys = [f"room-{number}" for number in range(30)]
    chosen = Counter(rendezvous.choose(key, fleet.addresses) for key in keys)
    async with calling(fleet.target) as live, calling(",".join(reversed(fleet.addresses))) as other:
        for key in keys:
            await announce(live, key=key)
            await announce(other, key=key)
    assert fleet.calls() == [2 * chosen[address] for address in fleet.addresses]


async def test_the_others_are_used_while_one_is_away_and_it_is_used_again_when_it_is_back(fleet: Fleet) -> None:
    first, *others = fleet.addresses
    key = next(key for key in map(str, range(100)) if rendezvous.choose(key, fleet.addresses) == first)
    async with calling(fleet.target) as live:
        replicas = live.replicas
        breaks: list[None] = []
        replicas.on_break = lambda: breaks.append(None)
        while 0 in fleet.calls():
            await announce(live)
        assert replicas.by_key(key).address == first

        await fleet.stop(first)
        await until(usable(replicas, *others))
        assert len(breaks) == 1
        assert replicas.by_key(key).address == rendezvous.choose(key, others)
        assert {replicas.in_turn().address for _ in range(4)} == set(others)

        await fleet.start(first)
        await until(usable(replicas, *fleet.addresses))
        assert replicas.by_key(key).address == first
        assert len(breaks) == 1


async def test_all_are_tried_when_none_can_be_reached(fleet: Fleet) -> None:
    async with connected(fleet.target) as replicas:
        await until(replicas.reachable)
        await fleet.close()
        await until(lambda: not replicas.reachable())
        assert usable(replicas, *fleet.addresses)()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name service: what is written here is what a name resolves to."""
    known: dict[str, list[str]] = {}

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[Any, ...]]:
        if not known.get(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


async def test_a_name_stands_for_all_that_it_resolves_to_at_the_time(names: dict[str, list[str]]) -> None:
    one, two = "127.0.0.1:9003", "127.0.0.2:9003"
    async with connected("message:9003") as replicas:

        def known() -> list[str]:
            return [address for address in (one, two) if replicas.get(address)]  # nobody listens there

        with pytest.raises(Unavailable):
            replicas.in_turn()
        for found in (["127.0.0.1"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2"]):
            names["message"] = found
            await replicas.resolve()
            assert known() == [f"{ip}:9003" for ip in found]
        names.clear()
        await replicas.resolve()
        assert known() == [two], "a name service that fails is no reason to drop what works"


async def test_an_address_of_ip_version_6_is_written_with_brackets() -> None:
    async with connected("[::1]:9003") as replicas:
        assert replicas.addresses() == ["[::1]:9003"]


async def test_a_call_that_runs_is_finished_when_its_replica_leaves_the_name(names: dict[str, list[str]]) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await finish.wait()

    port = free_port()
    names["message"] = ["127.0.0.1"]
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE_SECONDS):
        await stack.enter_async_context(LiveService(work).at(f"127.0.0.1:{port}"))
        await stack.enter_async_context(LiveService().at(f"127.0.0.2:{port}"))
        live = await stack.enter_async_context(calling(f"message:{port}"))
        running = asyncio.create_task(announce(live))
        await begun.wait()
        names["message"] = ["127.0.0.2"]
        await live.replicas.resolve()
        await announce(live)
        finish.set()
        await running
