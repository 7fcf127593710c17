"""One connection that comes back whenever it is lost, and checks what it receives."""

import asyncio
import contextlib
import random
import uuid
from dataclasses import dataclass, field

import msgspec

from bench.load import Connection, masked

BACK_SECONDS = 1.0
SETTLE_SECONDS = 30.0


class Room(msgspec.Struct):
    """Where a room stands."""

    revision: int


class Frame(msgspec.Struct, rename={"kind": "type"}):
    """As much of a frame as is looked at."""

    kind: str
    revision: int = 0
    rooms: list[Room] = []
    reset: list[str] = []


@dataclass(eq=False)
class Attendee:
    """One connection that comes back whenever it is lost."""

    address: str
    token: str
    room: str
    revision: int = 0
    """Everything up to here was received."""
    here: asyncio.Event = field(default_factory=asyncio.Event)
    connection: Connection | None = None
    faults: list[str] = field(default_factory=list)
    _decoder: msgspec.json.Decoder[Frame] = field(default_factory=lambda: msgspec.json.Decoder(Frame))

    async def stay(self, slots: asyncio.Semaphore) -> None:
        """Connect, and again after each loss."""
        while True:
            lost = asyncio.Event()
            with contextlib.suppress(OSError, TimeoutError):
                async with slots:
                    await self._connect(lost)
                await lost.wait()
            await asyncio.sleep(random.uniform(0.1, BACK_SECONDS))

    def say(self) -> bool:
        """Send one message, if connected."""
        if self.connection is None:
            return False
        frame = {"type": "send_message", "room": self.room, "message_id": str(uuid.uuid4()), "body": "Is anybody here?"}
        self.connection.send(masked(msgspec.json.encode(frame)))
        return True

    async def _connect(self, lost: asyncio.Event) -> None:
        host, port = self.address.split(":")
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Noticed(self, lost), host, int(port))
        await asyncio.wait_for(connection.opened, SETTLE_SECONDS)
        connection.observer = self._take
        self.connection = connection
        resume = {self.room: self.revision} if self.revision else {}
        connection.send(masked(msgspec.json.encode({"type": "auth", "token": self.token, "resume": resume})))
        await asyncio.wait_for(self.here.wait(), SETTLE_SECONDS)

    def _take(self, payload: bytes) -> None:
        frame = self._decoder.decode(payload)
        match frame.kind:
            case "welcome":
                if frame.reset:
                    self.faults.append("could not resume")
                if not self.revision:
                    self.revision = frame.rooms[0].revision
                self.here.set()
            case "message":
                if frame.revision != self.revision + 1:
                    self.faults.append(f"revision {frame.revision} after {self.revision}")
                self.revision = frame.revision
            case "error":
                self.faults.append(payload.decode())


class _Noticed(Connection):
    def __init__(self, attendee: Attendee, lost: asyncio.Event) -> None:
        super().__init__(attendee.address)
        self._attendee = attendee
        self._lost = lost

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._attendee.here.clear()
        self._attendee.connection = None
        self._lost.set()
