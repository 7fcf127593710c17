"""`parlance setup`: what an installation must have before its first start, and nobody else may know.

DIR/certificates/<service>/   as `parlance certs` makes them
DIR/secrets/<process>/        passwords, or URLs with one in them; each process is given its own folder alone

Only what is missing is made, so it may run before every start. A password is written once; what follows from one is
written anew.
"""

import secrets
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cli import certs, private_file
from mesh import access

MONGO = "mongo:27017"
REDIS = "redis:6379"
"""Where the database and the broker are, in the URLs that are made."""

_KEYFILE_BYTES = 378
_PASSWORD_BYTES = 32

_BROKER_USERS = """\
user default off
user health on nopass resetchannels -@all +ping
user {edge} on #{edge_hash} resetchannels &* -@all +@connection +ssubscribe +sunsubscribe (+spublish &probe:*)
user {message} on #{message_hash} resetchannels &* ~presence:* \
-@all +@connection +@transaction +@pubsub +@read +@write -@dangerous +info +time
"""
"""Who may do what in Redis. Edges hear and do not publish, but for the probe that tells them whether they are deaf.
Passwords are hashed here, so that the file may be read by whichever user the broker runs as."""


def run(directory: Path) -> int:
    """Make what is missing; returns the exit status."""
    try:
        make_secrets(directory / "secrets")
        certs.make(directory / "certificates")
    except (OSError, ValueError) as error:
        print(f"parlance: {directory} cannot be set up: {error}", file=sys.stderr)
        return 1
    print(f"{directory} holds the secrets and the certificates of this installation.")
    return 0


def make_secrets(directory: Path) -> None:
    """Make each process's folder of secrets. Raises OSError."""
    for process in ("mongo", "redis", access.AUTH, access.ROOM, access.MESSAGE, access.EDGE):
        (directory / process).mkdir(mode=0o755 if process == "redis" else 0o700, parents=True, exist_ok=True)
    _kept(directory / "mongo/keyfile", partial(secrets.token_hex, _KEYFILE_BYTES))
    _kept(directory / "mongo/operator_password", _password)
    password = _kept(directory / "mongo/password", _password)
    for service in (access.AUTH, access.ROOM, access.MESSAGE):
        url = f"mongodb://parlance:{password}@{MONGO}/parlance?authSource=admin&replicaSet=rs0"
        private_file.write(directory / service / "mongodb_url", url.encode())
    users = _BROKER_USERS.format(
        edge=access.EDGE,
        edge_hash=_broker_user(directory, access.EDGE),
        message=access.MESSAGE,
        message_hash=_broker_user(directory, access.MESSAGE),
    )
    private_file.write(directory / "redis/users.acl", users.encode(), readable=True)


def _broker_user(directory: Path, process: str) -> str:
    """Give a process its way into Redis; returns the hash of its password."""
    url = _kept(directory / process / "redis_url", lambda: f"redis://{process}:{_password()}@{REDIS}")
    return sha256((urlsplit(url).password or "").encode()).hexdigest()


def _password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The content of a file, which is made if there is none."""
    if not path.exists():
        private_file.write(path, make().encode())
    return path.read_text()
