"""What belongs to the call being handled, wherever in the code one is: its id, its caller and its deadline."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from uuid_utils.compat import uuid7

REQUEST_ID = "x-parlance-request-id"
CALLER = "x-parlance-caller"
USER_ID = "x-parlance-user"

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Follows a request through all processes and logs.

What is done with a message has the message's own id, for batches carry messages of many requests. So it costs nothing to
follow one, through everything that ever happens to it.
"""

caller: ContextVar[str] = ContextVar("caller", default="")
"""The service that made this call; verified by the server."""

user_id: ContextVar[str] = ContextVar("user_id", default="")
"""The person for whom the call is made; empty where a service acts for itself."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def request(identifier: str) -> Iterator[None]:
    """Give what is done inside a request id."""
    before = request_id.get()
    request_id.set(identifier)
    try:
        yield
    finally:
        request_id.set(before)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let no call made inside take longer than what is left of `seconds`."""
    before = _deadline.get()
    _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:  # without a token: an abandoned stream is closed in another context
        _deadline.set(before)


def remaining(at_most: float) -> float:
    """Seconds left until the deadline of the current call, at most `at_most`. May be negative."""
    until = _deadline.get()
    return at_most if until is None else min(at_most, until - time.monotonic())


def new_request_id(message_id: str = "") -> str:
    """An id for a request that begins here: that of the message it is about, if there is one and it can be a header."""
    return message_id if message_id.isascii() and message_id.isprintable() and message_id else uuid7().hex
