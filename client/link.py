"""What the session keeps for one connection only."""

from dataclasses import dataclass
from math import inf

WELCOME_SECONDS = 20.0
"""A server that has not said welcome after this long will not."""


@dataclass(slots=True)
class Link:
    """The state and the timers of a connection. Times are of the session's clock; infinite is never."""

    heard_at: float
    """When the server was last heard of."""
    renew_at: float
    """When a fresh token is wanted."""
    renewal_id: int | None = None
    """The request that showed the last one."""
    ping_at: float = inf
    move_at: float = inf
    """When to leave a server that is about to stop."""
    heartbeat_seconds: float = WELCOME_SECONDS / 2
    online: bool = False
    dropped: bool = False

    def dead_at(self) -> float:
        """When the silence of the server means that it is gone."""
        return self.heard_at + 2 * self.heartbeat_seconds

    def next_due(self) -> float:
        """When the first of the timers ends."""
        return min(self.renew_at, self.ping_at, self.move_at, self.dead_at())
