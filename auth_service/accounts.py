"""Accounts and guests: opening them, logging in to them, changing and deleting them."""

import base64
import binascii
from collections.abc import Collection

from uuid_utils.compat import uuid7

from auth_service import names, passwords
from auth_service.model import AccountChanges, Announce, Clock, Credentials, Role, Session, User, UserChanged
from auth_service.passwords import Passwords
from auth_service.sessions import Sessions
from auth_service.store import Users
from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound, Unauthenticated

MAX_BATCH = 1000
MAX_PAGE = 100
_DEFAULT_PAGE = 50
_MAX_ROOM_ID = 64


class Accounts:
    """Who people are, and how they prove it."""

    def __init__(
        self, users: Users, passwords: Passwords, sessions: Sessions, announce: Announce, *, now: Clock
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._sessions = sessions
        self._announce = announce
        self._now = now

    async def create(
        self, username: str, password: str, *, display_name: str = "", email: str = "", role: Role = Role.USER
    ) -> User:
        """Open an account. Raises `Invalid`, `AlreadyExists` when the username is taken, `Unavailable` under a flood."""
        user = User(
            id=str(uuid7()),
            username=names.checked_username(username),
            display_name=names.checked_display_name(display_name or username),
            email=names.checked_email(email) if email else None,
            role=role,
            created_ms=self._now(),
        )
        passwords.check(password, username=username)
        await self._users.add(user, password_hash=await self._passwords.hash(password))
        return user

    async def register(
        self, username: str, password: str, *, display_name: str = "", email: str = "", device: str = ""
    ) -> Session:
        """Open an account and log it in; errors as for `create`."""
        user = await self.create(username, password, display_name=display_name, email=email)
        return await self._sessions.open(user, device=device)

    async def login(self, username: str, password: str, *, device: str = "") -> Session:
        """Log in. An unknown user and a wrong password are told apart neither by the answer nor by its time."""
        self._passwords.admit()  # a flood that cannot be served need not reach the store
        credentials = await self._users.credentials_by_username(username)
        if not await self._is_right(password, credentials) or credentials is None:
            raise _wrong_credentials()
        if self._passwords.is_outdated(credentials.password_hash):
            await self._users.rehash(credentials, await self._passwords.hash(password))
        session = await self._sessions.open(credentials.user, device=device)
        if not await self._still_hold(credentials):
            await self._sessions.end(credentials.user.id, session.id)
            raise _wrong_credentials()
        return session

    async def create_guest(self, display_name: str, room_id: str, user_id: str = "") -> Session:
        """Let a visitor without an account into one room; one who is its guest already is logged in again."""
        if not 0 < len(room_id) <= _MAX_ROOM_ID:
            raise Invalid("Say which room the guest may enter.", reason="BAD_ROOM", field="room_id")
        guest = User(
            id=user_id or str(uuid7()),
            display_name=names.tidied_display_name(display_name) or "Guest",
            is_guest=True,
            guest_room_id=room_id,
            created_ms=self._now(),
        )
        try:
            await self._users.add(guest)
        except AlreadyExists:
            guest = await self.get(user_id=user_id)
            if not guest.is_guest or guest.guest_room_id != room_id:
                raise Invalid("This id is somebody else's.", reason="BAD_USER_ID", field="user_id") from None
        return await self._sessions.open(guest)

    async def get(self, *, user_id: str = "", username: str = "") -> User:
        """One account, by id or by name without regard to case. Raises `NotFound`, also when it has been deleted."""
        if not user_id and not username:
            raise Invalid("Say which user, by id or by name.", reason="NO_USER", field="user_id")
        user = await (self._users.get(user_id) if user_id else self._users.get_by_username(username))
        if user is None or user.deleted_ms is not None:
            raise _not_found()
        return user

    async def get_many(self, user_ids: Collection[str]) -> list[User]:
        """Those of at most 1,000 accounts that exist, the deleted ones included, in no particular order."""
        if len(user_ids) > MAX_BATCH:
            raise Invalid(f"At most {MAX_BATCH} users at once.", reason="BATCH_TOO_LARGE", field="user_ids")
        return await self._users.get_many(user_ids)

    async def page(self, *, prefix: str, page_size: int, page_token: str) -> tuple[list[User], str]:
        """Accounts in order of their names, and the token of the next page, empty on the last."""
        if not 0 <= page_size <= MAX_PAGE:
            raise Invalid(f"A page has 1 to {MAX_PAGE} users.", reason="INVALID_PAGE_SIZE", field="page_size")
        limit = page_size or _DEFAULT_PAGE
        users = await self._users.page(prefix=names.folded(prefix), after=_last_name(page_token), limit=limit + 1)
        if len(users) <= limit:
            return users, ""
        return users[:limit], _page_token(users[limit - 1])

    async def update(
        self,
        user_id: str,
        *,
        display_name: str | None = None,
        email: str | None = None,
        password: str | None = None,
        current_password: str = "",
        role: Role | None = None,
        by_admin: bool = False,
        session_id: str = "",
    ) -> User:
        """Change what is not None; an empty e-mail address removes it.

        A new password ends the user's sessions except `session_id`, and takes the current one unless an administrator asks.
        """
        before = await self.get(user_id=user_id)
        if role is not None and not by_admin:
            raise Forbidden("Only administrators change roles.", reason="ADMIN_ONLY")
        if before.is_guest and (email, password, role) != (None, None, None):
            raise Invalid("A guest has a name and nothing else.", reason="IS_GUEST")
        changes = AccountChanges(
            display_name=None if display_name is None else names.checked_display_name(display_name),
            email=names.checked_email(email) if email else email,
            role=role,
            password_hash=None
            if password is None
            else await self._new_hash(before, password, current_password, by_admin),
            password_set_ms=None if password is None else self._now(),
        )
        if changes != AccountChanges() and not await self._users.change(user_id, changes):
            raise _not_found()
        if password is not None:
            await self._sessions.end_all(user_id, except_session_id=session_id)
        after = await self.get(user_id=user_id)
        if (after.display_name, after.role) != (before.display_name, before.role):
            self._announce(UserChanged(user_id))
        return after

    async def delete(self, user_id: str) -> None:
        """Delete an account and end its sessions. Deleting it again succeeds, and completes what was interrupted."""
        if await self._users.get(user_id) is None:
            raise _not_found()
        await self._users.bury(user_id, self._now())
        await self._sessions.end_all(user_id)
        self._announce(UserChanged(user_id))

    async def _new_hash(self, user: User, password: str, current_password: str, by_admin: bool) -> str:
        passwords.check(password, username=user.username)
        if not by_admin:
            credentials = await self._users.credentials(user.id)
            if not await self._is_right(current_password, credentials):
                raise Invalid("The current password is wrong.", reason="WRONG_PASSWORD", field="current_password")
        return await self._passwords.hash(password)

    async def _is_right(self, password: str, credentials: Credentials | None) -> bool:
        return await self._passwords.verify(password, None if credentials is None else credentials.password_hash)

    async def _still_hold(self, credentials: Credentials) -> bool:
        """Whether the password is still the one that was checked, now that the session is there to be ended with others.

        Otherwise a login with the old password that was waiting for its turn would outlive a change of it.
        """
        now = await self._users.credentials(credentials.user.id)
        return now is not None and now.password_set_ms == credentials.password_set_ms


def _page_token(last: User) -> str:
    return base64.urlsafe_b64encode(names.folded(last.username).encode()).decode()


def _last_name(page_token: str) -> str:
    try:
        return base64.b64decode(page_token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Invalid("This is no page token of ours.", reason="INVALID_PAGE_TOKEN", field="page_token") from error


def _wrong_credentials() -> Unauthenticated:
    return Unauthenticated("Wrong username or password.", reason="WRONG_CREDENTIALS")


def _not_found() -> NotFound:
    return NotFound("There is no such user.", reason="USER_NOT_FOUND")
