"""The screen when standard input is not a terminal: lines in, lines out, for scripts."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from threading import Thread

from cli.chat.screen import Foot
from cli.chat.view import Line, View, text_of

COLUMNS = 100


class Pipes:
    """Prints plain text. Nothing that it prints is ever taken back or drawn over."""

    interactive = False
    view = View(COLUMNS, colour=False)

    async def lines(self, foot: Foot) -> AsyncGenerator[str, None]:
        """Lines of standard input. A thread reads them, because a file cannot be waited for otherwise."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()

        def read() -> None:
            with suppress(RuntimeError):  # the loop has ended before the input did
                for line in sys.stdin:
                    loop.call_soon_threadsafe(queue.put_nowait, line.rstrip("\n"))
                loop.call_soon_threadsafe(queue.put_nowait, None)

        Thread(target=read, daemon=True).start()
        while (line := await queue.get()) is not None:
            yield line

    def show(self, lines: list[Line]) -> None:
        """Print, and let the reader have it at once."""
        for line in lines:
            print(text_of(line).rstrip(), flush=True)

    def refresh(self) -> None:
        """There is no foot."""

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """There is nobody to ask."""
        raise EOFError
