from bench import fan_out, idle, stored
from bench.plan import QUICK


async def test_the_bare_writer_delivers_to_all_and_costs_something() -> None:
    async with fan_out.bare_fan(subscribers=10, event_bytes=470) as fan:
        assert 0 < await fan.deliver(rate=100, seconds=0.2) < 10_000


async def test_the_bare_call_costs_something() -> None:
    async with stored.bare_server() as server:
        assert 0 < await server.call(seconds=0.2) < 100_000


async def test_a_bare_connection_takes_memory() -> None:
    assert 0 < await idle.reference(QUICK) < 1000
