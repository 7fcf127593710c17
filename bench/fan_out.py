"""One sender and 200 subscribers in one room: what a delivery costs the edge, with each message stored and published.

The reference writes a ready frame of the same size to as many sockets at the same rate.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession

from bench.load import Connection, connect, quantile
from bench.plan import Plan
from bench.process import MEASURED_CORE, Process, bare, free_port, metered, running
from bench.report import Figure, Round
from bench.topology import Edge, Services
from bench.traffic import Crowd, arrived, count_frames

TARGETS = {100: 1.7, 800: 0.8}
WARM_UP_SECONDS = 0.5


async def fan_out(services: Services, plan: Plan) -> AsyncIterator[Figure]:
    """Measure one rate after the other."""
    async with services.edge() as edge:
        crowd = await gather_crowd(edge, plan)
        warm_up = await crowd.exchange(plan.fan_out_rates[0], WARM_UP_SECONDS)
        async with bare_fan(plan.subscribers, warm_up.event_bytes) as fan:
            for rate in plan.fan_out_rates:
                figure = Figure(f"fan-out, {rate} messages/s to {plan.subscribers}", "µs per delivery", TARGETS[rate])
                for _ in range(plan.rounds):
                    ours, beside = await deliver(services, edge, crowd, rate, plan.seconds)
                    figure.rounds.append(Round(ours, await fan.deliver(rate, plan.seconds), beside))
                yield figure


async def gather_crowd(edge: Edge, plan: Plan) -> Crowd:
    """Bring all subscribers into one room; the first will be the sender."""
    tokens = await edge.register(min(plan.users, plan.subscribers))
    room = await edge.create_room(tokens[0])
    members = await edge.gather(tokens, room, plan.subscribers)
    return Crowd(members, [(members[0], room)], deliveries_per_message=len(members))


async def deliver(
    services: Services, edge: Edge, crowd: Crowd, rate: int, seconds: float
) -> tuple[float, dict[str, float]]:
    """Return the edge's µs per delivery, and what else was seen."""
    with metered(edge.process, services.message) as spent:
        traffic = await crowd.exchange(rate, seconds)
    return spent[edge.process] / traffic.deliveries, {
        "message_service, µs per message": spent[services.message] / traffic.messages,
        "send to delivery p50, ms": quantile(traffic.delivery_ms, 0.5),
        "send to delivery p99, ms": quantile(traffic.delivery_ms, 0.99),
        "messages/s": traffic.rate,
    }


class BareFan:
    """The reference with its sockets."""

    def __init__(self, process: Process, address: str, http: ClientSession, sockets: list[Connection]) -> None:
        self._process = process
        self._address = address
        self._http = http
        self._sockets = sockets

    async def deliver(self, rate: int, seconds: float) -> float:
        """Return its µs per delivery."""
        count = round(rate * seconds)
        frames = count_frames(self._sockets) + count * len(self._sockets)
        url = f"http://{self._address}/run"
        with metered(self._process) as spent:
            async with self._http.post(url, params={"rate": rate, "count": count}, raise_for_status=True):
                await arrived(self._sockets, frames)
        return spent[self._process] / (count * len(self._sockets))


@contextlib.asynccontextmanager
async def bare_fan(subscribers: int, event_bytes: int) -> AsyncIterator[BareFan]:
    """Start the reference and open its sockets."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = bare("bare_fanout", str(port), str(event_bytes))
        async with (
            ClientSession() as http,
            running("bare", command, address, core=MEASURED_CORE, folder=Path(folder)) as process,
        ):
            sockets = await asyncio.gather(*(connect(address) for _ in range(subscribers)))
            yield BareFan(process, address, http, sockets)
            for socket in sockets:
                socket.close()
