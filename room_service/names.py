"""Names, topics and ids of rooms: what is allowed, and what counts as the same."""

import re
import unicodedata
from hashlib import sha256
from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

from mesh.errors import Invalid

NAME_CHARACTERS = 80
TOPIC_CHARACTERS = 500
_UUID_CHARACTERS = 36
_ROOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(direct|notes)-[0-9a-f]{32}")


def new_room_id() -> str:
    """An id for a room that is not a direct one."""
    return str(uuid7())


def direct_room_id(user_ids: tuple[str, str]) -> str:
    """The id of the direct room of two people, in whichever order: two who open it at once meet in one room."""
    both = "\0".join(sorted(user_ids))
    return f"direct-{sha256(both.encode()).hexdigest()[:32]}"


def conversation_room_id(business_id: str, idempotency_key: str) -> str:
    """An id for a visitor's room: the same one for each attempt that names the same key."""
    return str(uuid5(UUID(business_id), idempotency_key)) if idempotency_key else new_room_id()


def guest_id(room_id: str) -> str:
    """The id of the one guest of a visitor's room. It opens nothing: only the guest's token does."""
    return str(uuid5(UUID(room_id), "guest"))


def is_guest_of(user_id: str, room_id: str) -> bool:
    """Tell the guest of a visitor's room by the two ids."""
    return len(room_id) == _UUID_CHARACTERS and user_id == guest_id(room_id)


def notes_room_id(room_id: str) -> str:
    """The id of the room in which agents talk about a visitor's room."""
    return f"notes-{room_id.replace('-', '')}"


def is_room_id(text: str) -> bool:
    """Tell an id from a public room's name; no public room has a name that looks like an id."""
    return _ROOM_ID.fullmatch(text) is not None


def fold(name: str) -> str:
    """Map names that people take for the same to one: without regard to case, width and composition of accents."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def checked_name(name: str) -> str:
    """Return a room's name as it is kept; raises `Invalid`."""
    name = _printable(name.strip(), "name")
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise Invalid(f"The name of a room has 1 to {NAME_CHARACTERS} characters.", reason="INVALID_NAME", field="name")
    return name


def checked_public_name(name: str) -> str:
    """Like `checked_name`, for a room that is found by its name."""
    name = checked_name(name)
    if is_room_id(fold(name)):
        raise Invalid("This name looks like a room's id. Choose another name.", reason="INVALID_NAME", field="name")
    return name


def checked_topic(topic: str) -> str:
    """Return a room's topic as it is kept; raises `Invalid`."""
    topic = _printable(topic.strip(), "topic")
    if len(topic) > TOPIC_CHARACTERS:
        raise Invalid(f"A topic has at most {TOPIC_CHARACTERS} characters.", reason="INVALID_TOPIC", field="topic")
    return topic


def _printable(text: str, field: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise Invalid(
            f"The {field} contains line breaks or other control characters.",
            reason=f"INVALID_{field.upper()}",
            field=field,
        )
    return text
