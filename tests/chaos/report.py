"""The report of a run, for people."""

import os
import platform
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.run import Report

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def markdown(report: Report) -> str:
    """What happened, what it did, and what came of it."""
    plan, count = report.plan, sum(len(each.faults) for each in report.happened)
    late = sum(each.late for each in report.happened)
    command = f"python -m tests.chaos --seed {plan.seed} --seconds {plan.seconds:.0f}"
    return "\n".join(
        [
            f"`{command}` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores:",
            "",
            f"{report.seconds:.0f} seconds, {count} faults, {plan.people} people in {plan.rooms} rooms;",
            f"{report.changes:,} messages and changes acknowledged ({report.changes / report.seconds:.0f} a second), "
            f"{report.deliveries:,} events received,",
            f"{report.chats} visitors have begun a chat with a business;",
            f"{report.publishes_lost:,} publishes swallowed, {report.resets} rooms that had to be loaded anew, "
            f'{report.put_off} changes answered with "try again in a moment".',
            "",
            f"**{len(report.violations)} promises broken**, "
            f"{late} of {len(report.happened)} recoveries later than their bound.",
            *(f"- {violation}" for violation in report.violations[:50]),
            "",
            "| fault | times | until all was well again, seconds: each | bound |",
            "|---|--:|---|--:|",
            *_rows(report),
            "",
            "| process | MiB at first | MiB at last |",
            "|---|--:|--:|",
            *(f"| {name} | {then / 1024:.0f} | {now / 1024:.0f} |" for name, (then, now) in report.memory.items()),
        ]
    )


def _rows(report: Report) -> list[str]:
    times: dict[str, list[float]] = defaultdict(list)
    bounds: dict[str, float] = {}
    for each in report.happened:
        name = " and ".join(fault.name for fault in each.faults)
        times[name].append(each.recovery_seconds)
        bounds[name] = each.bound_seconds
    return [
        f"| {name} | {len(took)} | {', '.join(f'{seconds:.1f}' for seconds in took)} | {bounds[name]:.0f} |"
        for name, took in sorted(times.items())
    ]


def write(page: str, path: Path) -> None:
    """Put the report between the two marks of a page."""
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{page}\n{END}{after}")
