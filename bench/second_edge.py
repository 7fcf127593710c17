"""What a delivery costs an edge when a second one serves half of the room, in terms of what it costs without: 1 is free.

Each edge has connections of its own in the same room; both hear every message through the broker.
"""

from collections.abc import AsyncIterator

from bench.fan_out import WARM_UP_SECONDS
from bench.plan import Plan
from bench.process import LOAD_CORE, metered
from bench.report import Figure, Round
from bench.topology import Edge, Services
from bench.traffic import Crowd

TARGET = 1.1


async def second_edge(services: Services, plan: Plan) -> AsyncIterator[Figure]:
    """Measure one edge by turns with and without the other."""
    size, rate = plan.subscribers // 2, plan.fan_out_rates[0]
    figure = Figure(f"second edge, {rate} messages/s to {size} on each", "µs per delivery", TARGET)
    async with services.edge() as edge, services.edge(LOAD_CORE) as other:
        tokens = await edge.register(min(plan.users, size))
        room = await edge.create_room(tokens[0])
        here = await edge.gather(tokens, room, size)
        sender = (here[0], room)
        alone = Crowd(here, [sender], deliveries_per_message=size)
        await alone.exchange(rate, WARM_UP_SECONDS)
        for _ in range(plan.rounds):
            reference = await deliver(edge, alone, rate, plan.seconds, size)
            there = await other.gather(tokens, room, size)
            both = Crowd([*here, *there], [sender], deliveries_per_message=2 * size)
            figure.rounds.append(Round(await deliver(edge, both, rate, plan.seconds, size), reference))
            other.hang_up()
    yield figure


async def deliver(edge: Edge, crowd: Crowd, rate: int, seconds: float, size: int) -> float:
    """Return the µs that the edge spends for each delivery to its own connections."""
    with metered(edge.process) as spent:
        traffic = await crowd.exchange(rate, seconds)
    return spent[edge.process] / (traffic.messages * size)
