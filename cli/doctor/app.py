"""The command itself: everything is looked at at once, and told in order."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cli.doctor import broker, edges, papers, parts, services, settings, store
from cli.doctor.finding import Finding, fault, unchecked
from cli.doctor.parts import SERVICES, Parts
from cli.doctor.report import Report
from mesh import certificates, logs
from mesh.settings import PREFIX, is_socket
from mesh.tls import Identity

_DEADLINE_SECONDS = 7.0
"""Longer than anything asked gives up by itself, which says more."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at, and what to do when that fails."""

    subject: str
    look: Callable[[], Awaitable[list[Finding]]]
    advice: str = "Look at what it logs."


def run(data: Path) -> int:
    """Look everything over; returns 0 when all is well, else 1."""
    logs.configure("error", "auto", process="doctor")
    report = Report(sys.stdout)
    asyncio.run(_examine(data, report))
    return 0 if report.close() else 1


async def _examine(data: Path, report: Report) -> None:
    known, found = settings.read()
    report.add(found)
    here = parts.find(known, data)
    if not here.named():
        report.add([_nothing(data)])
        return
    report.add(papers.check(here.certificates) or [unchecked("certificates", "none are named")])
    looking = [asyncio.create_task(_look(check)) for check in _checks(here)]
    for task in looking:
        report.add(await task)


def _checks(here: Parts) -> Iterator[Check]:
    """What is to be looked at, in the order in which it is told: what others stand on comes first."""
    if url := here.mongodb_url:
        yield Check(store.SUBJECT, partial(store.check, url), store.ADVICE)
    else:
        yield _unnamed(store.SUBJECT, "MONGODB_URL")
    if url := here.redis_url:
        yield Check(broker.SUBJECT, partial(broker.check, url), broker.ADVICE)
    else:
        yield _unnamed(broker.SUBJECT, "REDIS_URL")
    identity = _identity(here.certificate)
    for name, service in SERVICES.items():
        target = here.targets[name]
        if target is None:
            yield _unnamed(service, f"{name.upper()}_TARGET")
        elif here.certificate is not None and identity is None and not is_socket(target):
            yield _said(unchecked(service, "cannot be asked without a certificate that is good"))
        else:
            yield Check(service, partial(services.check, service, target, identity))
    if target := here.edge_target:
        yield Check("edge", partial(edges.check, target))
    else:
        yield _unnamed("edge", "EDGE_TARGET")


async def _look(check: Check) -> list[Finding]:
    try:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            return await check.look()
    except TimeoutError:
        return [fault(check.subject, f"does not answer within {_DEADLINE_SECONDS:.0f} seconds", check.advice)]
    except Exception as error:  # whatever it is, it is a finding, and the other checks go on
        return [fault(check.subject, f"cannot be used: {error!s:.{_LONGEST_REASON}}", check.advice)]


def _unnamed(subject: str, setting: str) -> Check:
    return _said(unchecked(subject, f"{PREFIX}{setting} names none that can be asked"))


def _said(finding: Finding) -> Check:
    """Takes the place of a look where there is nothing to look at."""

    async def look() -> list[Finding]:
        return [finding]

    return Check(finding.subject, look)


def _identity(folder: Path | None) -> Identity | None:
    """Who we are; nobody, when the certificate is not good, which is told among the certificates."""
    if folder is None:
        return None
    try:
        return Identity(folder, certificates.read(folder).name)
    except ValueError:
        return None


def _nothing(data: Path) -> Finding:
    advice = (
        f"Start `parlance up`, name its folder with --data, or name the parts in {PREFIX}MONGODB_URL, {PREFIX}REDIS_URL, "
        f"{PREFIX}AUTH_TARGET, {PREFIX}ROOM_TARGET, {PREFIX}MESSAGE_TARGET and {PREFIX}EDGE_TARGET."
    )
    return fault("installation", f"none runs in {data}, and the settings name none", advice)
