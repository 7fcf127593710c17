"""The command itself: one round, or one whenever it is due."""

import asyncio
import contextlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.certs.folders import Made, make
from mesh import lifecycle

_LOOK_SECONDS = 3600.0
"""How long `--watch` sleeps at most: files may be lost, and clocks may be set."""


def run(directory: Path, *, lifetime: timedelta, watch: bool) -> int:
    """Make and renew certificates; returns the exit status."""
    try:
        made = make(directory, lifetime)
    except (OSError, ValueError) as error:
        print(f"parlance: the certificates in {directory} cannot be made: {error}", file=sys.stderr)
        return 1
    _tell(made)
    if watch:
        lifecycle.run(lambda stop: _keep(directory, lifetime, made.due, stop))
    return 0


async def _keep(directory: Path, lifetime: timedelta, due: datetime, stop: asyncio.Event) -> None:
    """Renew until told to stop; what fails is tried again."""
    while not stop.is_set():
        left = (due - datetime.now(UTC)).total_seconds()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(max(left, 1.0), _LOOK_SECONDS))
            return
        try:
            made = make(directory, lifetime)
        except (OSError, ValueError) as error:
            print(f"parlance: the certificates in {directory} cannot be renewed: {error}", file=sys.stderr, flush=True)
            continue
        due = made.due
        if made.renewed:
            _tell(made)


def _tell(made: Made) -> None:
    for name, ends in made.renewed.items():
        print(f"{name}: a new certificate, good until {ends:%Y-%m-%d %H:%M} UTC")
    print(f"The next is to be renewed at {made.due:%Y-%m-%d %H:%M} UTC.", flush=True)
