"""Passwords: which ones are good enough, and hashing them without holding anybody up.

Hashes are argon2id, by default with the parameters that OWASP's Password Storage Cheat Sheet names as the least: 19 MiB of
memory, 2 rounds, 1 lane (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).

One hash takes a core for about 50 ms. So hashing has threads of its own, fewer than there are cores, and a waiting line
that is kept short: who would wait longer than a caller has patience is told so at once. argon2 runs without the
interpreter's lock, hence everything else goes on meanwhile.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from passlib.hash import argon2  # type: ignore[attr-defined]  # it is loaded when first asked for

from auth_service import names
from mesh.errors import Invalid, Unavailable

MIN_LENGTH = 10
MAX_LENGTH = 256
_RETRY_SECONDS = 2.0
_Result = TypeVar("_Result")

_MOST_COMMON = """
0123456789 0987654321 1122334455 1212121212 123123123123 1231231234 1234512345 123456123456 1234567890 12345678900
12345678901 1234567891 12345678910 123456789a 123456789q 1234567abc 123qweasdzxc 147258369147 1q2w3e4r5t 1q2w3e4r5t6y
1qaz2wsx3edc 9876543210 a123456789 aa12345678 abc123456789 abcd123456 abcdefghij administrator asdfghjkl1 asdfghjkl123
baseball123 changeme123 charlie123 chocolate1 football123 iloveyou12 iloveyou123 letmein123 letmein1234 liverpool1
manchester mypassword passw0rd123 password01 password10 password11 password12 password123 password1234 password12345
password123456 passwordpassword princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qwerty1234 qwerty12345 qwerty123456
qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] starwars123 sunshine123 superman123 trustno1trustno1
welcome123 welcome1234 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234
"""
_COMMON = frozenset(_MOST_COMMON.split())


def check(password: str, *, username: str) -> None:
    """Raise `Invalid` when a new password is too short, too long or among the first that anybody would try."""
    if len(password) < MIN_LENGTH:
        raise _bad(f"A password has at least {MIN_LENGTH} characters.", "PASSWORD_TOO_SHORT")
    if len(password) > MAX_LENGTH:
        raise _bad(f"A password has at most {MAX_LENGTH} characters.", "PASSWORD_TOO_LONG")
    if password.casefold() in _COMMON or len(set(password)) == 1:
        raise _bad("This password is one of the most common ones. Choose another.", "PASSWORD_TOO_COMMON")
    if password.casefold() == names.folded(username):
        raise _bad("The password must not be the username.", "PASSWORD_IS_USERNAME")


class Passwords:
    """Hashes and verifies. Both raise `Unavailable` at once when too many are waiting."""

    def __init__(self, *, memory_kib: int, rounds: int, threads: int, max_waiting: int) -> None:
        """Costs one hashing. `max_waiting` bounds the line behind the hashes at work."""
        self._scheme: Any = argon2.using(  # type: ignore[no-untyped-call]  # passlib has no types
            type="ID", memory_cost=memory_kib, min_rounds=rounds, max_rounds=rounds, parallelism=1
        )
        self._of_nobody: str = self._scheme.hash(secrets.token_urlsafe())
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._max_unfinished = threads + max_waiting
        self._unfinished = 0

    def close(self) -> None:
        """Let the hashes at work finish and forget those that wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Hash a new password."""
        hashed: str = await self._in_turn(self._scheme.hash, _normal(password))
        return hashed

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Tell whether a password is the one that was hashed. None, for an unknown user, takes the same time."""
        if len(password) > MAX_LENGTH:  # nobody's
            return False
        right = await self._in_turn(self._scheme.verify, _normal(password), hashed or self._of_nobody)
        return bool(right) and hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with other settings than those of today."""
        return bool(self._scheme.needs_update(hashed))

    def admit(self) -> None:
        """Raise `Unavailable` when the line is full, for whoever has other work to do before the hashing."""
        if self._unfinished >= self._max_unfinished:
            raise Unavailable(
                "Too many people are logging in at once. Try again in a moment.",
                reason="OVERLOADED",
                retry_after=_RETRY_SECONDS,
            )

    async def _in_turn(self, work: Callable[..., _Result], *arguments: str) -> _Result:
        self.admit()
        self._unfinished += 1
        try:  # whoever gives up while waiting leaves the line: cancelling takes the work back if it has not begun
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._unfinished -= 1


def _normal(password: str) -> str:
    """The same for all devices, which may compose accented letters differently."""
    return unicodedata.normalize("NFKC", password)


def _bad(message: str, reason: str) -> Invalid:
    return Invalid(message, reason=reason, field="password")
