"""Access tokens: where they come from and when the next one is wanted."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

RENEW_AFTER = 0.8
"""The part of a token's life after which it is renewed."""


class Token(NamedTuple):
    """An access token and the seconds that it is good for, counted from now. Nothing in it is read."""

    value: str
    expires_in: float


Credentials: TypeAlias = Callable[[], Awaitable[Token]]
"""Gives a fresh token each time it is called; `Account.token` is one.

It may raise `OSError`, `TimeoutError`, `aiohttp.ClientError` or a temporary `AccountError`: it will be asked again. Any
other error means that the user is logged out, and stops the client.
"""


class TokenKeeper:
    """Keeps the token in hand, so that a reconnect does not cost a refresh."""

    def __init__(self, credentials: Credentials, clock: Callable[[], float]) -> None:
        self._credentials = credentials
        self._clock = clock
        self._value = ""
        self._renew_at = 0.0

    async def current(self) -> tuple[str, float]:
        """Give a good token and the seconds until it should be renewed."""
        if not self._value or self._clock() >= self._renew_at:
            return await self.fresh()
        return self._value, self._renew_at - self._clock()

    async def fresh(self) -> tuple[str, float]:
        """Get a new token in any case."""
        asked_at = self._clock()
        token = await self._credentials()
        self._value, self._renew_at = token.value, asked_at + token.expires_in * RENEW_AFTER
        return self._value, self._renew_at - self._clock()

    def forget(self) -> None:
        """Drop a token that was refused."""
        self._value = ""
