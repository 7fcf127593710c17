"""Sessions: from login to logout, by refresh tokens that are good once.

A refresh token is `<session id>.<secret>`; only the secret's SHA-256 is kept (it has 256 bits, so nothing slower is
needed). Each use replaces it by one conditional update, so of several uses at once one wins. A token that is presented
again has been copied, or its answer was lost; which of the two holders is the owner cannot be told, so the session ends
for both (RFC 9700, section 4.14.2).
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import replace
from typing import NoReturn

from uuid_utils.compat import uuid7

from auth_service import store
from auth_service.model import Announce, Clock, Session, SessionsEnded, StoredSession, User
from auth_service.tokens import Tokens
from mesh import logs
from mesh.errors import Invalid, NotFound, Unauthenticated

log = logs.get(__name__)

MAX_BATCH = 1000
MAX_DEVICE_CHARACTERS = 200
SWEEP_SECONDS = 3600.0
_REMEMBERED = 50  # used tokens a session; a copy older than that is refused like any unknown one
_REFRESH_TOKEN = re.compile(r"([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})")


class Sessions:
    """Opens, refreshes, checks and ends sessions."""

    def __init__(
        self,
        sessions: store.Sessions,
        users: store.Users,
        tokens: Tokens,
        announce: Announce,
        *,
        lifetime_seconds: int,
        now: Clock,
    ) -> None:
        """`lifetime_seconds` counts from the last refresh."""
        self._sessions = sessions
        self._users = users
        self._tokens = tokens
        self._announce = announce
        self._lifetime_seconds = lifetime_seconds
        self._now = now

    async def open(self, user: User, *, device: str = "") -> Session:
        """Log a user in. `device` is for its owner to recognise the session by; of a long one the beginning is kept."""
        now, secret = self._now(), secrets.token_urlsafe(32)
        stored = StoredSession(
            id=str(uuid7()),
            user_id=user.id,
            token_hash=_hash(secret),
            created_ms=now,
            refreshed_ms=now,
            expires_ms=self._expiry(now),
            device=device[:MAX_DEVICE_CHARACTERS],
        )
        await self._sessions.add(stored)
        return self._as_owned(stored, secret, user)

    async def refresh(self, refresh_token: str) -> Session:
        """Exchange a refresh token for a new pair.

        Raises `Unauthenticated`: SESSION_ENDED for what is not, or no longer, a session's token, REFRESH_TOKEN_REUSED for
        one that was used before, which ends the session.
        """
        session_id, presented = _parsed(refresh_token)
        while True:  # comes round once for each other use of the token that was faster
            stored = await self._standing(session_id)
            if stored is None:
                raise _ended()
            if presented in stored.used_hashes:
                await self._refuse_reuse(stored)
            user = await self._owner(stored)
            if presented != stored.token_hash or user is None:
                raise _ended()
            now, secret = self._now(), secrets.token_urlsafe(32)
            rotated = replace(
                stored,
                token_hash=_hash(secret),
                used_hashes=(*stored.used_hashes, presented)[-_REMEMBERED:],
                refreshed_ms=now,
                expires_ms=self._expiry(now),
            )
            if await self._sessions.rotate(rotated, presented=presented):
                return self._as_owned(rotated, secret, user)

    async def logout(self, *, session_id: str = "", refresh_token: str = "", everywhere: bool = False) -> None:
        """End the session that is named by its id or by one of its refresh tokens, or all of its user.

        What has ended, and a token that is nobody's, is met with silence.
        """
        if refresh_token:
            stored = await self._of_token(refresh_token)
        elif session_id:
            stored = await self._standing(session_id)
        else:
            raise Invalid("Say which session to end.", reason="NO_SESSION", field="session_id")
        if stored is not None:
            await (self.end_all(stored.user_id) if everywhere else self.end(stored.user_id, stored.id))

    async def listed(self, user_id: str) -> list[StoredSession]:
        """The sessions of a user that stand, the one used last first."""
        standing = [session for session in await self._sessions.of_user(user_id) if self._stands(session)]
        return sorted(standing, key=lambda session: session.refreshed_ms, reverse=True)

    async def end_one_of(self, user_id: str, session_id: str) -> None:
        """End a session that must be this user's; raises `NotFound` when it is not, or has ended."""
        stored = await self._standing(session_id)
        if stored is None or stored.user_id != user_id:
            raise NotFound("You have no such session.", reason="NO_SUCH_SESSION")
        await self.end(user_id, session_id)

    async def end(self, user_id: str, session_id: str) -> None:
        """End one session."""
        await self._sessions.remove(session_id)
        self._announce(SessionsEnded(user_id, session_ids=(session_id,)))

    async def end_all(self, user_id: str, *, except_session_id: str = "") -> None:
        """End all sessions of a user, but one."""
        await self._sessions.remove_all(user_id, except_session_id=except_session_id)
        self._announce(SessionsEnded(user_id, except_session_id=except_session_id))

    async def check(self, session_ids: Collection[str]) -> list[tuple[str, User]]:
        """Those of the sessions that stand, at most 1,000, each with its user as of now."""
        if len(session_ids) > MAX_BATCH:
            raise Invalid(f"At most {MAX_BATCH} sessions at once.", reason="BATCH_TOO_LARGE", field="session_ids")
        stored = [session for session in await self._sessions.get_many(session_ids) if self._stands(session)]
        users = {user.id: user for user in await self._users.get_many({session.user_id for session in stored})}
        return [
            (session.id, user)
            for session in stored
            if (user := users.get(session.user_id)) is not None and user.deleted_ms is None
        ]

    async def sweep(self) -> None:
        """Remove what has expired. Only to save space: an expired session does not stand, swept or not."""
        await self._sessions.remove_expired(self._now())

    async def _standing(self, session_id: str) -> StoredSession | None:
        stored = await self._sessions.get(session_id)
        return stored if stored is not None and self._stands(stored) else None

    def _stands(self, session: StoredSession) -> bool:
        return session.expires_ms > self._now()

    async def _of_token(self, refresh_token: str) -> StoredSession | None:
        try:
            session_id, presented = _parsed(refresh_token)
        except Unauthenticated:
            return None
        stored = await self._standing(session_id)
        return stored if stored is not None and presented in (stored.token_hash, *stored.used_hashes) else None

    async def _owner(self, session: StoredSession) -> User | None:
        user = await self._users.get(session.user_id)
        return user if user is not None and user.deleted_ms is None else None

    async def _refuse_reuse(self, session: StoredSession) -> NoReturn:
        log.warning("refresh_token_reused", session=session.id, user=session.user_id)
        await self.end(session.user_id, session.id)
        raise Unauthenticated(
            "This login was used twice and has ended for safety. Log in again.", reason="REFRESH_TOKEN_REUSED"
        )

    def _as_owned(self, stored: StoredSession, secret: str, user: User) -> Session:
        return Session(
            id=stored.id,
            access_token=self._tokens.issue(user, stored.id),
            expires_seconds=self._tokens.lifetime_seconds,
            refresh_token=f"{stored.id}.{secret}",
            refresh_expires_seconds=self._lifetime_seconds,
            user=user,
        )

    def _expiry(self, now_ms: int) -> int:
        return now_ms + self._lifetime_seconds * 1000


def _parsed(refresh_token: str) -> tuple[str, str]:
    """Split a token into the session's id and the hash of its secret."""
    match = _REFRESH_TOKEN.fullmatch(refresh_token)
    if match is None:
        raise _ended()
    return match[1], _hash(match[2])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _ended() -> Unauthenticated:
    return Unauthenticated("This login has ended. Log in again.", reason="SESSION_ENDED")
