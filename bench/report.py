"""The result table, on the terminal and in docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Round:
    """What one turn gave: Parlance, the reference beside it, and by name what else was seen of Parlance."""

    ours: float
    reference: float
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """What Parlance costs in terms of the reference."""
        return self.ours / self.reference


@dataclass(frozen=True)
class Figure:
    """One measurement with all its rounds."""

    name: str
    unit: str
    target: float
    """The ratio that is wanted at most."""
    rounds: list[Round] = field(default_factory=list)


def markdown(figures: Iterable[Figure], command: str) -> str:
    """Lay out medians, with the lowest and highest round in parentheses."""
    figures = list(figures)
    lines = [
        f"`{command}` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores",
        "",
        "| measured | Parlance | reference | ratio | target | |",
        "|---|--:|--:|--:|--:|---|",
        *(_verdict(figure) for figure in figures),
        "",
        "| beside it | median | lowest – highest |",
        "|---|--:|--:|",
        *(line for figure in figures for line in _beside(figure)),
    ]
    return "\n".join(lines) + "\n"


def write(table: str, page: Path) -> None:
    """Put the table between the two marks of a page."""
    before, rest = page.read_text().split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{table}{END}{after}")


def _verdict(figure: Figure) -> str:
    ratios = [turn.ratio for turn in figure.rounds]
    met = "met" if median(ratios) <= figure.target else "missed"
    ours, reference = ([turn.ours for turn in figure.rounds], [turn.reference for turn in figure.rounds])
    cells = (f"{figure.name}, {figure.unit}", _spread(ours), _spread(reference), _spread(ratios))
    return f"| {' | '.join(cells)} | ≤ {figure.target} | {met} |"


def _beside(figure: Figure) -> Iterator[str]:
    for name in figure.rounds[0].beside:
        values = [turn.beside[name] for turn in figure.rounds]
        yield f"| {figure.name}: {name} | {_number(median(values))} | {_number(min(values))} – {_number(max(values))} |"


def _spread(values: list[float]) -> str:
    return f"{_number(median(values))} ({_number(min(values))} – {_number(max(values))})"


def _number(value: float) -> str:
    """Round to three digits, and keep whole numbers whole."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
