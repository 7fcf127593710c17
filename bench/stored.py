"""50 senders, each in its own room, 2,000 messages/s: what a stored and acknowledged message costs the services.

The reference is one empty unary call between two bare processes, made back to back.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench.load import quantile
from bench.plan import Plan
from bench.process import MEASURED_CORE, Process, bare, metered, running, start
from bench.report import Figure, Round
from bench.topology import Edge, Services
from bench.traffic import Crowd

TARGET = 0.9
WARM_UP_SECONDS = 0.5


async def stored(services: Services, plan: Plan) -> AsyncIterator[Figure]:
    """Measure the one rate."""
    figure = Figure(f"stored, {plan.stored_rate} messages/s in {plan.senders} rooms", "µs per message", TARGET)
    async with services.edge() as edge, bare_server() as server:
        crowd = await gather_crowd(edge, plan.senders)
        await crowd.exchange(plan.stored_rate, WARM_UP_SECONDS)
        for _ in range(plan.rounds):
            ours, beside = await store(services, edge, crowd, plan)
            figure.rounds.append(Round(ours, await server.call(plan.seconds), beside))
    yield figure


async def gather_crowd(edge: Edge, senders: int) -> Crowd:
    """Give each sender an account, a room and a connection."""
    tokens = await edge.register(senders)
    rooms = [await edge.create_room(token) for token in tokens]
    connections = [await edge.connect(token) for token in tokens]
    return Crowd(connections, list(zip(connections, rooms, strict=True)), deliveries_per_message=1)


async def store(services: Services, edge: Edge, crowd: Crowd, plan: Plan) -> tuple[float, dict[str, float]]:
    """Return the µs per message of edge and message_service together, and what else was seen."""
    with metered(edge.process, services.message) as spent:
        traffic = await crowd.exchange(plan.stored_rate, plan.seconds)
    return sum(spent.values()) / traffic.messages, {
        "edge, µs per message": spent[edge.process] / traffic.messages,
        "message_service, µs per message": spent[services.message] / traffic.messages,
        "send to ack p50, ms": quantile(traffic.ack_ms, 0.5),
        "send to ack p99, ms": quantile(traffic.ack_ms, 0.99),
        "send to ack max, ms": traffic.ack_ms[-1],
        "messages/s": traffic.rate,
    }


class BareServer:
    """The server of the reference."""

    def __init__(self, process: Process, address: str, folder: Path) -> None:
        self._process = process
        self._address = address
        self._folder = folder

    async def call(self, seconds: float) -> float:
        """Return the µs per call of client and server together."""
        command = bare("bare_unary", "call", self._address, str(seconds))
        with metered(self._process) as spent:
            client = await start("client", command, core=MEASURED_CORE, folder=self._folder)
            calls, client_seconds = (await client.finished()).split()
        return (spent[self._process] + float(client_seconds) * 1e6) / int(calls)


@contextlib.asynccontextmanager
async def bare_server() -> AsyncIterator[BareServer]:
    """Start the server of the reference."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/bare.sock"
        command = bare("bare_unary", "serve", address)
        async with running("server", command, address, core=MEASURED_CORE, folder=Path(folder)) as process:
            yield BareServer(process, address, Path(folder))
