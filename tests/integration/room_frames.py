"""The frames of a client that name a room, as the protocol declares them."""

from typing import Any, get_args

from edge import frames
from tests.integration.people import Frame

FIELDS_OF: dict[str, set[str]] = {
    kind.__struct_config__.tag: set(kind.__struct_fields__)
    for kind in get_args(frames.ClientFrames)
    if "room" in kind.__struct_fields__
}
"""What each can name, by its type."""


def fields_for(kind: str, room: str, message_id: str) -> Frame:
    """All that a frame must name, about a message in a room."""
    values: dict[str, Any] = {
        "room": room,
        "message_id": message_id,
        "body": "Let me in",
        "emoji": "👍",
        "before": 100,
        "seq": 1,
    }
    return {name: value for name, value in values.items() if name in FIELDS_OF[kind]}
