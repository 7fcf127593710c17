"""Messages at a steady rate through real connections, until each has arrived everywhere."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.load import ANSWER_SECONDS, Connection, Observer, message, paced


@dataclass(frozen=True)
class Traffic:
    """What went through, and how long it took."""

    messages: int
    deliveries: int
    rate: float
    """Messages a second, until the last one had arrived."""
    ack_ms: list[float]
    delivery_ms: list[float]
    """As the senders and one listener saw it; ascending, as are the acks."""
    event_bytes: int


@dataclass(frozen=True)
class Crowd:
    """Connections that are in their rooms, and who of them speaks where."""

    listeners: Sequence[Connection]
    senders: Sequence[tuple[Connection, str]]
    """Each with its room. They are listeners too."""
    deliveries_per_message: int

    async def exchange(self, rate: float, seconds: float) -> Traffic:
        """Let the senders take turns. Raises `RuntimeError` if a message is refused or lost."""
        await self.settle()
        observer = Observer()
        for connection in {self.listeners[-1], *(sender for sender, _ in self.senders)}:
            connection.observer = observer
        count = round(rate * seconds)
        frames, started = count_frames(self.listeners), time.monotonic()
        await paced(rate, count, self._send)
        try:
            await arrived(self.listeners, frames + count * (1 + self.deliveries_per_message))
        except RuntimeError as error:
            error.add_note(f"{len(observer.errors)} messages were refused: {observer.errors[:1]}")
            raise
        elapsed = time.monotonic() - started
        for listener in self.listeners:
            listener.observer = None
        return Traffic(
            messages=count,
            deliveries=count * self.deliveries_per_message,
            rate=count / elapsed,
            ack_ms=sorted(age * 1000 for age in observer.acks),
            delivery_ms=sorted(age * 1000 for age in observer.deliveries),
            event_bytes=observer.event_bytes,
        )

    async def settle(self) -> None:
        """Wait until everything sent earlier has arrived. It also keeps silent connections from being closed."""
        await asyncio.gather(*(listener.request("ping") for listener in self.listeners))

    def _send(self, number: int, due: int) -> None:
        sender, room = self.senders[number % len(self.senders)]
        sender.send(message(room, due))


async def arrived(listeners: Sequence[Connection], frames: int) -> None:
    """Wait until the connections have received so many frames in all. Raises `RuntimeError` if some stay away."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while (missing := frames - count_frames(listeners)) > 0:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{missing} frames are missing")
        await asyncio.sleep(0.002)


def count_frames(listeners: Sequence[Connection]) -> int:
    """Return how many frames the connections have received so far."""
    return sum(listener.frames for listener in listeners)
