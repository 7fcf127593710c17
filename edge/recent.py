"""The newest messages of a room, kept for those who come back after a moment: a thousand who do need not ask the log."""

from collections import deque
from collections.abc import Sequence

from edge.head import detached
from parlance.message.v1 import message_pb2 as pb

MAX_BYTES = 16 * 1024
"""In the wire format, for each room with a connection here."""


class Recent:
    """A gapless piece of a room's log, up to what was delivered last; messages only.

    A change of an older message makes it start anew, so that what was edited away or deleted is not told to anybody.
    """

    def __init__(self) -> None:
        self._messages: deque[pb.Message] = deque()
        self._bytes = 0
        self._begin = self._end = -1
        """All revisions above `_begin`, up to `_end`, are kept; -1 before anything is known."""

    def restart(self, revision: int) -> None:
        """Everything up to here was delivered; keep what follows."""
        self._messages.clear()
        self._bytes = 0
        self._begin = self._end = revision

    def add(self, delivered: Sequence[pb.Message]) -> None:
        """Take what was delivered, in order of revision."""
        for message in delivered:
            if not message.revision == message.created_revision == self._end + 1:
                self.restart(message.revision)
                continue
            kept = message if len(delivered) == 1 else detached(message)
            self._messages.append(kept)
            self._bytes += kept.ByteSize()
            self._end = message.revision
        while self._bytes > MAX_BYTES:
            oldest = self._messages.popleft()
            self._bytes -= oldest.ByteSize()
            self._begin = oldest.revision

    def since(self, revision: int) -> list[pb.Message] | None:
        """The messages above a revision; None when that is further back than what is kept."""
        if not self._begin <= revision <= self._end:
            return None
        return [message for message in self._messages if message.revision > revision]
