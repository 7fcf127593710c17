"""One room's log as it arrives: puts it in order, drops what is known, and notices what is missing.

Sans-IO: batches of messages in, messages to deliver out.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

MAX_AHEAD = 1000
"""Batches that may wait for what is missing before them. More are not kept: they are known to exist, and are filled in."""


class Revised(Protocol):
    """A message as it stands at a revision."""

    @property
    def revision(self) -> int:
        """The change that brought it to this state."""

    @property
    def created_revision(self) -> int:
        """The change that created it."""


Message = TypeVar("Message", bound=Revised)


class Fresh(NamedTuple, Generic[Message]):
    """A message to deliver; `new` says that it was created since what was delivered before."""

    message: Message
    new: bool


class Feed(Generic[Message]):
    """Follows one room's revisions.

    Before `start` everything waits. After it, what follows on is delivered; what lies further ahead waits until the gap is
    closed, by the missing batch (two publishers may overtake each other) or by `fill`.
    """

    def __init__(self) -> None:
        self.revision = -1
        """Everything up to here has been handed out; -1 before the start."""
        self.known = 0
        """The highest revision that is known to exist."""
        self._ahead: dict[int, Sequence[Message]] = {}

    @property
    def behind(self) -> bool:
        """Whether something is missing."""
        return self.known > self.revision >= 0

    def start(self, revision: int) -> list[Fresh[Message]]:
        """Begin behind this revision."""
        self.revision = revision
        self.known = max(self.known, revision)
        return self._catch_up()

    def receive(self, messages: Sequence[Message], head: int) -> list[Fresh[Message]]:
        """Take a batch of consecutive revisions, or with no messages the news that the log stands at `head`."""
        self.known = max(self.known, head)
        if not messages or messages[-1].revision <= self.revision:
            return []
        if self.revision < 0 or messages[0].revision > self.revision + 1:
            if len(self._ahead) < MAX_AHEAD:
                self._ahead[messages[0].revision] = messages
            return []
        return self._take(messages, messages[-1].revision) + self._catch_up()

    def fill(self, messages: Sequence[Message], revision: int) -> list[Fresh[Message]]:
        """Take what was fetched: the latest state of all that changed after `self.revision`, up to `revision`."""
        self.known = max(self.known, revision)
        return self._take(messages, revision) + self._catch_up()

    def _take(self, messages: Iterable[Message], revision: int) -> list[Fresh[Message]]:
        before = self.revision
        self.revision = max(before, revision)
        return [Fresh(message, message.created_revision > before) for message in messages if message.revision > before]

    def _catch_up(self) -> list[Fresh[Message]]:
        """Take what waited and now follows on; drop what is known by now."""
        ready: list[Fresh[Message]] = []
        for first in sorted(self._ahead):
            messages = self._ahead[first]
            if messages[-1].revision <= self.revision:
                del self._ahead[first]
            elif first <= self.revision + 1:
                del self._ahead[first]
                ready += self._take(messages, messages[-1].revision)
        return ready
