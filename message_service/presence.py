"""Who is connected anywhere: soft state in Redis that expires by itself when an edge dies.

For each user a sorted set of the edges that have connections of it, scored by expiry (`presence:user:<id>`); over all of
them one sorted set of what expires when (`presence:expiry`); and the rooms that want to know (`presence:rooms:<id>`).
Every step that decides whether somebody came or went is one transaction, so that only one replica finds that it did.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from mesh.errors import Unavailable

EXPIRY_SECONDS = 90
SWEEP_SECONDS = 5.0
_EXPIRY = "presence:expiry"


class Report(Struct, frozen=True):
    """One edge's word on one user."""

    user_id: str
    online: bool
    room_ids: Sequence[str]


Tell = Callable[[str, bool, Sequence[str]], None]
"""Told (user id, online, room ids) when somebody came or went."""


class PresenceBoard:
    """Keeps who is connected and tells when that changes."""

    def __init__(self, redis: Redis, tell: Tell, *, now: Callable[[], int]) -> None:
        """`now` gives milliseconds since 1970."""
        self._redis = redis
        self._tell = tell
        self._now = now

    async def update(self, edge_id: str, reports: Iterable[Report]) -> None:
        """Take an edge's reports; raises `Unavailable` when Redis is away."""
        for report in reports:
            if report.online:
                await self._came(edge_id, report)
            else:
                await self._went(edge_id, report.user_id, report.room_ids)

    async def online(self, user_ids: Sequence[str]) -> list[str]:
        """Those of the users who are connected anywhere; raises `Unavailable` when Redis is away."""
        now = self._now()
        counts = await self._run([("ZCOUNT", _edges(user_id), now, "+inf") for user_id in user_ids], atomic=False)
        return [user_id for user_id, count in zip(user_ids, counts, strict=True) if count]

    async def sweep(self) -> None:
        """Let expire what was not reported again, and tell of those who thereby went."""
        (expired,) = await self._run([("ZRANGEBYSCORE", _EXPIRY, "-inf", self._now(), "LIMIT", 0, 1000)])
        for member in expired:
            user_id, _, edge_id = member.decode().partition(" ")
            (rooms,) = await self._run([("GET", _rooms(user_id))])
            await self._went(edge_id, user_id, (rooms or b"").decode().split())

    async def _came(self, edge_id: str, report: Report) -> None:
        now = self._now()
        until = now + EXPIRY_SECONDS * 1000
        user_id = report.user_id
        before, *_ = await self._run(
            [
                ("ZCOUNT", _edges(user_id), now, "+inf"),
                ("ZADD", _edges(user_id), until, edge_id),
                ("PEXPIRE", _edges(user_id), 2 * EXPIRY_SECONDS * 1000),
                ("ZADD", _EXPIRY, until, f"{user_id} {edge_id}"),
                ("SET", _rooms(user_id), " ".join(report.room_ids), "EX", 2 * EXPIRY_SECONDS),
            ]
        )
        if not before:
            self._tell(user_id, True, report.room_ids)

    async def _went(self, edge_id: str, user_id: str, room_ids: Sequence[str]) -> None:
        removed, _, left = await self._run(
            [
                ("ZREM", _EXPIRY, f"{user_id} {edge_id}"),
                ("ZREM", _edges(user_id), edge_id),
                ("ZCOUNT", _edges(user_id), self._now(), "+inf"),
            ]
        )
        if removed and not left:
            self._tell(user_id, False, room_ids)

    async def _run(self, commands: Sequence[tuple[Any, ...]], *, atomic: bool = True) -> list[Any]:
        pipeline = self._redis.pipeline(transaction=atomic)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            return list(await pipeline.execute())
        except (RedisError, OSError) as error:
            raise Unavailable("Presence is not known right now.", reason="BROKER_AWAY", retry_after=1.0) from error


def _edges(user_id: str) -> str:
    return f"presence:user:{user_id}"


def _rooms(user_id: str) -> str:
    return f"presence:rooms:{user_id}"
