"""The refusals about visitors' chats that more than one module gives, worded once."""

from mesh.errors import Conflict, Forbidden, NotFound


def no_such_conversation() -> NotFound:
    """Also the answer to somebody who does not answer for its business."""
    return NotFound("There is no such conversation.", reason="CONVERSATION_NOT_FOUND")


def visitor_blocked() -> Forbidden:
    """The visitor is kept out."""
    return Forbidden("This conversation has been closed by the business.", reason="VISITOR_BLOCKED")


def key_reused() -> Conflict:
    """An idempotency key says something else than it did at first."""
    return Conflict(
        "This Idempotency-Key stands for another request. Take a new one for each chat.",
        reason="IDEMPOTENCY_KEY_REUSED",
    )
