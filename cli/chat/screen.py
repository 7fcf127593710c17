"""Where lines come from and go to."""

from collections.abc import AsyncGenerator
from typing import Protocol

from cli.chat.view import Line, View


class Foot(Protocol):
    """What stands around the line that is being typed. Asked each time that it is drawn."""

    def prompt(self) -> list[Line]:
        """In front of the line; more than one line stands above it."""

    def toolbar(self) -> str:
        """Below the line."""

    def typed(self, line: str) -> None:
        """Hear of a change of the line."""

    def completions(self, line: str) -> list[str]:
        """The lines that the beginning of one could become."""


class Screen(Protocol):
    """A terminal or a pair of pipes.

    `show` may be called at any time, while a line is being typed too; what is shown stands in the order of the calls.
    """

    @property
    def interactive(self) -> bool:
        """Whether a person sits there, who can be asked and sees the foot."""

    @property
    def view(self) -> View:
        """How to draw for the window as it is now."""

    def lines(self, foot: Foot) -> AsyncGenerator[str, None]:
        """Lines that are entered, until there will be no more."""

    def show(self, lines: list[Line]) -> None:
        """Print."""

    def refresh(self) -> None:
        """Draw the foot anew."""

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """Ask a person. Raises `EOFError` when there is no answer to be had."""
