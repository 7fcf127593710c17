"""The folders of certificates: one for the authority, whose key leaves it never, and one to give to each process.

DIR/ca/        ca.crt, ca.key
DIR/<name>/    ca.crt, tls.crt, tls.key    for each name in `mesh.access`
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli import private_file
from cli.certs.authority import BACKDATED, Authority
from mesh import access, certificates

LIFETIME = timedelta(days=7)
_RENEW_AT = 2 / 3
"""Of a certificate's life. What is left is the time to notice that renewing fails."""

_AUTHORITY_KEY = "ca.key"


@dataclass(frozen=True, slots=True)
class Made:
    """What one round did, and when the next one is due."""

    renewed: dict[str, datetime]
    """The names that were given a new certificate, and when it ends."""
    due: datetime


def make(directory: Path, lifetime: timedelta = LIFETIME, now: datetime | None = None) -> Made:
    """Make what is missing, cannot be used or has passed two thirds of its life; leave the rest.

    Raises OSError, and ValueError when the authority is there but cannot be used: who replaces it replaces everything.
    """
    now = now or datetime.now(UTC)
    with _alone(directory):
        authority = _authority(_folder(directory / "ca"), now)
        renewed, due = {}, []
        for name in access.NAMES:
            folder = _folder(directory / name)
            when = _due(folder, name, authority)
            if when <= now:
                _issue(folder, name, authority, lifetime, now)
                renewed[name], when = now + lifetime, now + _RENEW_AT * lifetime
            due.append(when)
    return Made(renewed, min(due))


def _due(folder: Path, name: str, authority: Authority) -> datetime:
    """When a certificate is to be renewed: long ago, when there is none that can be used."""
    try:
        found = certificates.read(folder, name)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    if found.authority != authority.pem()[0]:
        return datetime.min.replace(tzinfo=UTC)
    issued = found.begins + BACKDATED
    return issued + _RENEW_AT * (found.ends - issued)


def _authority(folder: Path, now: datetime) -> Authority:
    certificate, key = folder / certificates.AUTHORITY, folder / _AUTHORITY_KEY
    if certificate.exists():
        return Authority.load(certificate.read_bytes(), key.read_bytes())
    made = Authority.new(now)
    for path, content in zip((key, certificate), reversed(made.pem()), strict=True):
        private_file.write(path, content, readable=path is certificate)
    return made


def _issue(folder: Path, name: str, authority: Authority, lifetime: timedelta, now: datetime) -> None:
    certificate, key = authority.issue(name, lifetime, now)
    private_file.write(folder / certificates.AUTHORITY, authority.pem()[0], readable=True)
    private_file.write(folder / certificates.KEY, key)
    private_file.write(folder / certificates.CERTIFICATE, certificate, readable=True)


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Wait until nobody else makes certificates here: there must not be two authorities."""
    with (_folder(directory) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
