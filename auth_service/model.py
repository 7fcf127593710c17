"""What auth_service speaks of. Times are milliseconds since 1970 UTC, as they are stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Tells the time in milliseconds since 1970 UTC."""


def wall_clock() -> int:
    """The time by this machine."""
    return time.time_ns() // 1_000_000


class Role(StrEnum):
    """What an account may do across the installation."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account as others may see it, the e-mail address aside."""

    id: str
    display_name: str
    created_ms: int
    username: str = ""
    """Empty for guests and for deleted accounts."""
    email: str | None = None
    role: Role = Role.USER
    is_guest: bool = False
    guest_room_id: str = ""
    """The only room that a guest may enter."""
    deleted_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    user: User
    password_hash: str = field(repr=False)
    password_set_ms: int
    """When the owner chose this password; hashing it anew does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """What to store anew in an account; None leaves a field as it is."""

    display_name: str | None = None
    email: str | None = None
    """Empty removes it."""
    role: Role | None = None
    password_hash: str | None = field(default=None, repr=False)
    password_set_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session as it is kept: without anything that would let its reader take part in it."""

    id: str
    user_id: str
    token_hash: str
    """Of the refresh token that is good now."""
    used_hashes: tuple[str, ...] = ()
    """Of the refresh tokens before it, the last ones only."""
    created_ms: int
    refreshed_ms: int
    expires_ms: int
    device: str = ""
    """What was logged in with, as it calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged-in session as its owner gets it: the pair of tokens."""

    id: str
    access_token: str = field(repr=False)
    expires_seconds: int
    refresh_token: str = field(repr=False)
    refresh_expires_seconds: int
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An Ed25519 key pair, each half as its 32 raw bytes."""

    id: str
    private_key: bytes = field(repr=False)
    public_key: bytes
    created_ms: int
    retired_ms: int | None = None
    """Since when it signs no more."""


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Sessions of a user have ended: the named ones, or all but `except_session_id` when none is named."""

    user_id: str
    session_ids: tuple[str, ...] = ()
    except_session_id: str = ""


@dataclass(frozen=True, slots=True)
class UserChanged:
    """A user's display name or role is another."""

    user_id: str


Announce: TypeAlias = Callable[[SessionsEnded | UserChanged], None]
"""Tells the edges. Returns at once and never raises; what is lost on the way, they find out by asking."""
