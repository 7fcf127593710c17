"""The log of a room as message_service would tell it, and what a peer has been told of it."""

from typing import Any

import msgspec

from parlance.message.v1 import live_pb2, message_pb2

Frame = dict[str, Any]


class Log:
    """Writes and changes messages, and answers what a log is asked."""

    def __init__(self, room_id: str) -> None:
        self.room_id = room_id
        self._states: list[message_pb2.Message] = []
        self._count = 0

    def __len__(self) -> int:
        """The revision at which the log stands."""
        return len(self._states)

    def write(self, sender_id: str = "ann", *, message_id: str = "", body: str = "") -> message_pb2.Message:
        """Create a message."""
        self._count += 1
        return self._append(
            message_pb2.Message(
                id=message_id or f"m{self._count}",
                room_id=self.room_id,
                seq=self._count,
                created_revision=len(self) + 1,
                sender_id=sender_id,
                kind=message_pb2.MESSAGE_KIND_TEXT,
                body=body,
            )
        )

    def change(self, message_id: str) -> message_pb2.Message:
        """Move a message to the next revision."""
        changed = message_pb2.Message()
        changed.CopyFrom(self.at()[message_id])
        return self._append(changed)

    def batch(self, first: int, last: int) -> list[message_pb2.Message]:
        """What is published for these revisions."""
        return self._states[first - 1 : last]

    def at(self, revision: int | None = None) -> dict[str, message_pb2.Message]:
        """All messages as they stood at a revision, or as they stand now."""
        return {message.id: message for message in self._states[:revision]}

    def head(self) -> message_pb2.Head:
        head = message_pb2.Head(room_id=self.room_id, seq=self._count, revision=len(self))
        if self._count:
            head.last_message.CopyFrom(max(self.at().values(), key=lambda message: message.seq))
        return head

    def changes(self, after: int, limit: int = 1000) -> message_pb2.ListChangesResponse:
        end = min(len(self), after + limit)
        messages = sorted(
            (message for message in self.at().values() if after < message.revision <= end),
            key=lambda message: message.revision,
        )
        return message_pb2.ListChangesResponse(messages=messages, revision=max(after, end), more=end < len(self))

    def latest(self, limit: int = 50) -> message_pb2.ListMessagesResponse:
        newest = sorted(self.at().values(), key=lambda message: -message.seq)[:limit]
        return message_pb2.ListMessagesResponse(messages=newest, revision=len(self))

    def published(self, first: int, last: int | None = None) -> bytes:
        """The payload that announces these revisions."""
        last = last or first
        events = live_pb2.LogEvents(room_id=self.room_id, messages=self.batch(first, last), revision=last)
        return live_pb2.Envelope(log=events).SerializeToString()

    def _append(self, message: message_pb2.Message) -> message_pb2.Message:
        message.revision = len(self) + 1
        self._states.append(message)
        return message


def read_frames(data: bytes) -> list[Frame]:
    """What a peer reads: the frames of unmasked WebSocket text and close frames."""
    frames = []
    while data:
        opcode, size, start = data[0] & 0x0F, data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        payload, data = data[start : start + size], data[start + size :]
        if opcode == 8:
            frames.append({"type": "close", "code": int.from_bytes(payload[:2], "big"), "reason": payload[2:].decode()})
        else:
            frames.append(msgspec.json.decode(payload))
    return frames
