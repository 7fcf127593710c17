"""Pieces of the protocol, as a server writes them."""

from typing import Any

import msgspec
import pytest

PEOPLE = {"ada": "Ada", "bob": "Bob"}


class Wire:
    """Writes the frames of a server, with as little said as a test wants to say."""

    @staticmethod
    def person(user: str) -> dict[str, Any]:
        return {"id": user, "name": PEOPLE.get(user, user), "guest": False}

    def message(self, seq: int, revision: int | None = None, **fields: Any) -> dict[str, Any]:
        sender = fields.pop("sender", "bob")
        return {
            "id": f"message-{seq}",
            "seq": seq,
            "revision": revision or seq,
            "sender": self.person(sender),
            "kind": "text",
            "body": f"text {seq}",
            "reply_to": None,
            "sent_at": "2026-03-02T12:00:00Z",
            "edited_at": None,
            "deleted_at": None,
            "reactions": [],
        } | fields

    @staticmethod
    def room(room: str, revision: int = 0, **fields: Any) -> dict[str, Any]:
        return {
            "id": room,
            "name": room,
            "kind": "public",
            "role": "member",
            "muted": False,
            "seq": revision,
            "revision": revision,
            "read_seq": 0,
            "unread": revision,
            "last_message": None,
            "people": [],
        } | fields

    def welcome(self, *rooms: dict[str, Any], reset: tuple[str, ...] = (), heartbeat: float = 15) -> str:
        return self.frame(
            "welcome",
            id=1,
            session="s",
            user=self.person("ada"),
            rooms=rooms,
            reset=reset,
            heartbeat_seconds=heartbeat,
        )

    def event(self, room: str, revision: int, type: str = "message", **fields: Any) -> str:  # noqa: A002 (the field's name)
        message = self.message(fields.pop("seq", revision), revision, **fields)
        return self.frame(type, room=room, revision=revision, message=message)

    def error(self, request_id: int, code: str, **fields: Any) -> str:
        return self.frame("error", id=request_id, code=code, reason="", message="No.", **fields)

    @staticmethod
    def frame(type: str, **fields: Any) -> str:  # noqa: A002 (the field's name)
        return msgspec.json.encode({"type": type, **fields}).decode()


@pytest.fixture
def wire() -> Wire:
    return Wire()
