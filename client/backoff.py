"""How long to wait before trying again."""

from collections.abc import Callable
from random import random as uniform


class Backoff:
    """Waits whose limit doubles with each failure, drawn evenly from nothing to that limit.

    The draw ("full jitter") is what keeps ten thousand clients of a server that restarted from coming back all at once.
    """

    def __init__(
        self, first_seconds: float = 1.0, longest_seconds: float = 30.0, random: Callable[[], float] = uniform
    ) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self._random = random

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, beginning with 1."""
        limit = min(self._longest, self._first * 2.0 ** min(failures - 1, 32))
        return self.within(limit)

    def within(self, seconds: float) -> float:
        """A random moment within so many seconds."""
        return seconds * self._random()
