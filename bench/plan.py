"""How long and how large the measurements are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The sizes that the targets are given for."""

    rounds: int = 5
    """Each round measures Parlance and then the reference."""
    seconds: float = 5
    """How long the traffic of one measurement lasts."""
    users: int = 200
    """Accounts; connections beyond that share them evenly."""
    subscribers: int = 200
    fan_out_rates: tuple[int, ...] = (100, 800)
    senders: int = 50
    stored_rate: int = 2000
    idle_connections: tuple[int, int] = (1000, 3000)
    """Memory is compared between these two numbers, so that what a process needs anyway does not count."""


QUICK = Plan(
    rounds=1,
    seconds=0.5,
    users=10,
    subscribers=20,
    fan_out_rates=(100,),
    senders=10,
    stored_rate=200,
    idle_connections=(50, 250),
)
"""Enough to see that everything runs; the figures mean nothing."""
