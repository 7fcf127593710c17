"""Who may call an RPC, written beside its handler. What says nothing is refused."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

AUTH: Final = "auth_service"
CLI: Final = "cli"
EDGE: Final = "edge"
MESSAGE: Final = "message_service"
ROOM: Final = "room_service"
NAMES: Final = (AUTH, CLI, EDGE, MESSAGE, ROOM)
"""Everybody that takes part in the mesh."""

_ATTRIBUTE = "__allowed_callers__"
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


def allow(*callers: str) -> Callable[[_Handler], _Handler]:
    """Name the services that may call the decorated RPC method."""

    def mark(handler: _Handler) -> _Handler:
        setattr(handler, _ATTRIBUTE, frozenset(callers))
        return handler

    return mark


def allowed_callers(handler: Callable[..., Any]) -> frozenset[str]:
    """Who may call this method; empty when it does not say."""
    callers: frozenset[str] = getattr(handler, _ATTRIBUTE, frozenset())
    return callers
