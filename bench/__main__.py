"""`python -m bench`: measure, and print the table."""

import argparse
import contextlib
import dataclasses
import os
import resource
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import uvloop

from bench.fan_out import fan_out
from bench.idle import idle
from bench.plan import QUICK, Plan
from bench.process import LOAD_CORE
from bench.report import Figure, markdown, write
from bench.second_edge import second_edge
from bench.stored import stored
from bench.topology import Services, topology

SCENARIOS: dict[str, Callable[[Services, Plan], AsyncIterator[Figure]]] = {
    "fan-out": fan_out,
    "second-edge": second_edge,
    "stored": stored,
    "idle": idle,
}
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Run the scenarios that are asked for."""
    arguments = parse(sys.argv[1:])
    os.sched_setaffinity(0, {LOAD_CORE})
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    figures = uvloop.run(measure(arguments.scenarios, arguments.plan))
    table = markdown(figures, " ".join(("python -m bench", *sys.argv[1:])))
    print(table, end="")
    if arguments.write:
        write(table, PAGE)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line into `scenarios`, `plan` and `write`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"of {', '.join(SCENARIOS)}; all by default")
    parser.add_argument("--rounds", type=int, help="turns of Parlance and reference")
    parser.add_argument("--seconds", type=float, help="length of each measurement")
    parser.add_argument("--users", type=int, help="accounts that the connections share")
    parser.add_argument("--quick", action="store_true", help="one short round each, to see that everything runs")
    parser.add_argument("--write", action="store_true", help=f"also put the table into docs/{PAGE.name}")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.scenarios) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    chosen = {name: getattr(arguments, name) for name in ("rounds", "seconds", "users")}
    arguments.plan = dataclasses.replace(
        QUICK if arguments.quick else Plan(), **{name: value for name, value in chosen.items() if value is not None}
    )
    arguments.scenarios = arguments.scenarios or list(SCENARIOS)
    return arguments


async def measure(scenarios: Sequence[str], plan: Plan) -> list[Figure]:
    """Run one scenario after the other against the same services, each with an edge of its own."""
    async with topology() as services:
        return [figure for name in scenarios async for figure in SCENARIOS[name](services, plan)]


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
