"""Why connections end, and what to do then."""

from dataclasses import dataclass
from enum import IntEnum

from client.backoff import Backoff
from client.errors import Stopped

STABLE_SECONDS = 10.0
"""A connection that held this long ends a row of failures."""
MOST_LOSSES = 4
"""A server that has welcomed somebody is well, however soon the network takes them away: a row is shortened to this."""


class CloseCode(IntEnum):
    """Close codes that have a meaning. After one that has none the client connects again, with back-off."""

    MOVED = 1000
    """The client itself leaves a server that is about to stop."""
    LOST = 1006
    TOO_BIG = 1009
    RESTARTING = 1012
    OVERLOADED = 1013
    TOO_SLOW = 4290
    MALFORMED = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    TOO_FAST = 4429

    @classmethod
    def of_error(cls, code: str) -> "CloseCode":
        """The close code that an error before the welcome stands for."""
        return {
            "invalid": cls.MALFORMED,
            "unauthenticated": cls.UNAUTHENTICATED,
            "forbidden": cls.FORBIDDEN,
        }.get(code, cls.OVERLOADED)

    @classmethod
    def of_status(cls, status: int) -> "CloseCode":
        """The close code that an HTTP status in place of a WebSocket stands for."""
        if status in {401, 403}:
            return cls.UNAUTHENTICATED if status == 401 else cls.FORBIDDEN
        return cls.MALFORMED if 400 <= status < 500 and status not in {408, 429} else cls.OVERLOADED


SENTENCES: dict[int, str] = {
    CloseCode.TOO_BIG: "Something was too big for the server.",
    CloseCode.RESTARTING: "The server is restarting.",
    CloseCode.OVERLOADED: "The server is overloaded.",
    CloseCode.TOO_SLOW: "The connection was too slow.",
    CloseCode.MALFORMED: "The server does not understand this client.",
    CloseCode.UNAUTHENTICATED: "The login has expired.",
    CloseCode.FORBIDDEN: "The server has ended this session.",
    CloseCode.TOO_FAST: "Too much was sent too fast.",
}

FINAL = frozenset({CloseCode.TOO_BIG, CloseCode.MALFORMED, CloseCode.FORBIDDEN})


def explain(code: int) -> str:
    """Say for people why the server has closed a connection. Its own reason is a name for programs."""
    return SENTENCES.get(code, "The connection was lost.")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection, or the attempt to make one, ended."""

    code: int
    reason: str
    online_seconds: float = 0.0
    """How long after its welcome; 0 without one."""


class ReconnectPolicy:
    """Decides after each ending."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._failures = 0
        self._token_refused = False

    def delay_after(self, ending: Ending) -> float:
        """Seconds until the next attempt. Raises `Stopped` where one would be pointless.

        A refused token is replaced at once, but only one time. A client that moves need not wait either, for it has
        chosen a random moment already.
        """
        if ending.code in FINAL:
            raise Stopped(ending.reason, ending.code)
        if ending.online_seconds > 0:
            self._token_refused = False
        if ending.online_seconds >= STABLE_SECONDS:
            self._failures = 0
        elif ending.online_seconds > 0 and ending.code == CloseCode.LOST:
            self._failures = min(self._failures, MOST_LOSSES - 1)
        if ending.code == CloseCode.UNAUTHENTICATED:
            if self._token_refused:
                raise Stopped(ending.reason, ending.code)
            self._token_refused = True
        self._failures += 1
        at_once = self._failures == 1 and ending.code in {CloseCode.UNAUTHENTICATED, CloseCode.MOVED}
        return 0.0 if at_once else self._backoff.delay(self._failures)
