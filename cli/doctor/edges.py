"""Each edge: whether it is ready, and if not, why."""

import asyncio
import os
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from cli.doctor import clock
from cli.doctor.finding import Finding, fault, ok, warning

_TIMEOUT = aiohttp.ClientTimeout(total=4.0)
_START = "Start it, or look at what it logged when it ended. If it runs, it hangs or listens elsewhere."
_UNREACHABLE = (
    "See to that service first. If it is well, compare this edge's target and certificate with those of others."
)
_ADVICE = {
    "deaf to Redis": "Its clients hear late of what is said. It listens again by itself when Redis is well: see to Redis, "
    "else compare this edge's PARLANCE_REDIS_URL with that of message_service.",
    "no signing keys": "It can let nobody in. See to auth_service, from which it fetches them every few seconds.",
    "auth_service unreachable": _UNREACHABLE,
    "room_service unreachable": _UNREACHABLE,
    "message_service unreachable": _UNREACHABLE,
}
_STOPPING = "It is about to stop, and its clients move to others. Nothing is to be done, unless it stays so."


async def check(target: str) -> list[Finding]:
    """Ask every edge behind a target, all at once."""
    names = [name.strip() for name in target.split(",")]
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        found = await asyncio.gather(*(_behind(http, name) for name in names))
    return [finding for findings in found for finding in findings]


async def _behind(http: aiohttp.ClientSession, name: str) -> list[Finding]:
    host, _, port = name.rpartition(":")
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        text = f"{name} leads to no address ({error.strerror})"
        return [fault("edge", text, "Start an edge, or correct the target's name.")]
    hosts = sorted({str(info[4][0]) for info in addresses})
    found = await asyncio.gather(*(_ask(http, f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}") for ip in hosts))
    return [finding for findings in found for finding in findings]


async def _ask(http: aiohttp.ClientSession, address: str) -> list[Finding]:
    subject = f"edge at {address}"
    try:
        async with http.get(f"http://{address}/readyz") as response:
            faults = [str(found) for found in (await response.json())["faults"]]
            date = response.headers.get("Date")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
        return [fault(subject, f"does not answer ({_reason(error)})", _START)]
    told = [_finding(subject, found) for found in faults] or [ok(subject, "ready")]
    return told + clock.differing(subject, _parsed(date))


def _finding(subject: str, found: str) -> Finding:
    if found == "draining":
        return warning(subject, found, _STOPPING)
    return fault(subject, found, _ADVICE.get(found, "Look at what it logs."))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or "in time"


def _parsed(date: str | None) -> datetime:
    return parsedate_to_datetime(date) if date else datetime.now(UTC)
