"""Redis: whether it answers, whether its clock agrees, and what it does when its memory is full."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError

from cli.doctor import clock
from cli.doctor.finding import Finding, ok, unchecked, warning
from mesh import broker

SUBJECT = "Redis"
ADVICE = "Start Redis, or correct PARLANCE_REDIS_URL: address, user, password."
_UNBOUNDED = "Set maxmemory (192mb is plenty), so that it cannot take the machine's memory."
_REFUSES = "Set maxmemory-policy to volatile-ttl: what it holds may go, and a Redis that refuses to write is no use."
_FULL = "Set a higher maxmemory; and look who else writes to it, for Parlance keeps little there."
_NEARLY_FULL = 0.9

_Answer = TypeVar("_Answer")


async def check(url: str) -> list[Finding]:
    """Raises what the client raises when Redis cannot be used."""
    async with broker.connect(url) as redis:
        await redis.ping()
        return [ok(SUBJECT, "answers"), *await _clock(redis), *await _memory(redis)]


async def _clock(redis: Redis) -> list[Finding]:
    told = await _if_allowed(redis.time())
    if told is None:
        return [unchecked(SUBJECT, "its clock; our user may not ask (TIME)")]
    return clock.differing(SUBJECT, datetime.fromtimestamp(told[0], UTC))


async def _memory(redis: Redis) -> list[Finding]:
    told = await _if_allowed(redis.info("memory"))
    if told is None:
        return [unchecked(SUBJECT, "its memory; our user may not ask (INFO)")]
    return _judged(told)


def _judged(told: dict[str, Any]) -> list[Finding]:
    """What it says of its memory. Servers that only speak the protocol may say nothing."""
    bound, policy = told.get("maxmemory"), told.get("maxmemory_policy")
    if bound is None or policy is None:
        return [unchecked(SUBJECT, "its memory; it does not tell")]
    if not bound:
        return [warning(SUBJECT, "its memory has no bound", _UNBOUNDED)]
    if policy == "noeviction":
        return [warning(SUBJECT, "refuses to write when its memory is full", _REFUSES)]
    if told["used_memory"] > _NEARLY_FULL * bound:
        return [warning(SUBJECT, f"{told['used_memory']:,} of {bound:,} bytes of its memory are taken", _FULL)]
    return []


async def _if_allowed(answer: Awaitable[_Answer]) -> _Answer | None:
    try:
        return await answer
    except NoPermissionError:
        return None
