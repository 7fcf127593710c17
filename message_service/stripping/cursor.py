"""A place in a file that is read from its beginning to its end."""

from typing import Literal

_MOST_PIECES = 200_000
"""Twice as many as a GIF of 10 MiB has. What is made of more, to keep us busy, is not read on."""


class Unreadable(Exception):
    """The file breaks the rules of its format."""


class Cursor:
    """Hands out a file's bytes in order, without copying them. Raises `Unreadable` where it ends too soon."""

    def __init__(self, content: bytes | memoryview) -> None:
        self._content = memoryview(content)
        self._pieces = 0
        self.place = 0

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return self.place < len(self._content)

    def take(self, size: int) -> memoryview:
        """The next so many bytes."""
        end = self.place + size
        self._pieces += 1
        if end > len(self._content) or self._pieces > _MOST_PIECES:
            raise Unreadable("the file ends too soon, or comes in crumbs")
        piece = self._content[self.place : end]
        self.place = end
        return piece

    def number(self, size: int, order: Literal["big", "little"] = "big") -> int:
        """The next so many bytes as a number."""
        return int.from_bytes(self.take(size), order)
