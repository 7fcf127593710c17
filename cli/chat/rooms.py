"""What the terminal client knows of its rooms."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from client import Message, RoomSummary

KEPT_MESSAGES = 500
TYPING_SECONDS = 6.0
"""So long somebody counts as typing without a further word of it."""


@dataclass
class Room:
    """One room with its latest messages by `seq`: all of them from `first_seq` on, once the server's page is `loaded`."""

    id: str
    name: str
    read_seq: int = 0
    head_seq: int = 0
    first_seq: int = 1
    loaded: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    typists: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def unread(self) -> int:
        """How many messages are new."""
        return max(0, self.head_seq - self.read_seq)

    def take_in(self, message: Message) -> bool:
        """Keep a message as it now stands; False if it is older than all that is at hand."""
        if message.seq < self.first_seq:
            return False
        self.messages[message.seq] = message
        self.head_seq = max(self.head_seq, message.seq)
        self.typists.pop(message.sender.id, None)
        for seq in sorted(self.messages)[:-KEPT_MESSAGES]:
            del self.messages[seq]
            self.first_seq = seq + 1
        return True

    def load(self, messages: list[Message], revision: int) -> None:
        """Begin anew with the server's page, which covers every change up to `revision`."""
        newer = [message for message in self.messages.values() if message.revision > revision]
        self.messages = {message.seq: message for message in messages}
        self.first_seq = min(self.messages, default=1)
        self.loaded = True
        for message in newer:
            self.take_in(message)

    def unload(self) -> None:
        """Forget messages that are not known to be up to date."""
        self.messages.clear()
        self.first_seq = 1
        self.loaded = False

    def page_back(self, messages: list[Message]) -> None:
        """Put older messages in front."""
        self.messages |= {message.seq: message for message in messages}
        self.first_seq = min(self.messages, default=1)

    def last(self, count: int) -> list[Message]:
        """The latest messages in order."""
        return [self.messages[seq] for seq in sorted(self.messages)[-count:]]

    def find(self, message_id: str | None) -> Message | None:
        """A message that is still at hand."""
        return next((message for message in self.messages.values() if message.id == message_id), None)

    def typing(self, now: float) -> list[str]:
        """The names of those who are writing."""
        return [name for name, until in self.typists.values() if until > now]


class Rooms:
    """All rooms of the user, and the one that is open."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self.open: Room | None = None

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, room_id: str) -> Room | None:
        """A room by its id."""
        return self._rooms.get(room_id)

    def named(self, name: str) -> Room | None:
        """A room by its name, whatever the case, or by its id."""
        wanted = name.casefold()
        return next((room for room in self if wanted in {room.name.casefold(), room.id}), None)

    def learn(self, summary: RoomSummary, me: str) -> Room:
        """Take in what the server lists. A direct room bears the name of the other person."""
        others = [person.name for person in summary.people if person.id != me]
        room = self._rooms.setdefault(summary.id, Room(summary.id, ""))
        room.name = summary.name or ", ".join(others) or summary.id
        room.read_seq = max(room.read_seq, summary.read_seq)
        room.head_seq = max(room.head_seq, summary.seq)
        return room

    def forget(self, room_id: str) -> Room | None:
        """Drop a room that one is not in any more."""
        room = self._rooms.pop(room_id, None)
        if room is not None and room is self.open:
            self.open = None
        return room
