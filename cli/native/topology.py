"""Which processes there are, where each listens, and how it is started.

Every process has a loopback address of its own, and all of them the same port. So replicas differ in their address alone,
as containers do, and two installations on one machine in their port.
"""

import socket
import sys
from pathlib import Path

from cli.child import Child, Ready, answering, listening
from cli.native.console import Console
from mesh import access
from mesh.settings import PREFIX

EDGE_NAME = "edge.parlance.internal"
"""Under this name nginx finds all edges."""
MAX_EDGES = MAX_MESSAGES = 100

_EDGE_NET, _MESSAGE_NET = "127.0.1", "127.0.3"
_SERVICES = {"auth": "127.0.2.1", "room": "127.0.2.2"}
_CERTIFICATES = {"auth": access.AUTH, "edge": access.EDGE, "message": access.MESSAGE, "room": access.ROOM}
_PROXY = "127.0.0.1/32"
"""Where nginx's connections to the edges come from."""

_STOP_SECONDS = 30.0
"""A service lets running calls finish for 10 seconds. An edge waits for its clients, then for what they have sent."""


class Topology:
    """The processes of one installation. They are made here, and started by others."""

    def __init__(
        self, console: Console, certificates: Path, *, messages: int, mongodb_url: str, redis_url: str
    ) -> None:
        self.port = free_port()
        self._console = console
        self._certificates = certificates
        self._message_names = {f"message-{n}": f"{_MESSAGE_NET}.{n}:{self.port}" for n in range(1, messages + 1)}
        self.targets = {
            **{name: f"{host}:{self.port}" for name, host in _SERVICES.items()},
            "message": ",".join(self._message_names.values()),
        }
        self._shared = {
            "MONGODB_URL": mongodb_url,
            "REDIS_URL": redis_url,
            "INSECURE": "0",
            "LOG_FORMAT": "json",  # the console makes of it what people want to see
            "TRUSTED_PROXIES": _PROXY,
            **{f"{name.upper()}_TARGET": target for name, target in self.targets.items()},
        }

    async def services(self) -> dict[str, list[Child]]:
        """The replicas of each service."""
        kinds = {"auth": {"auth": self.targets["auth"]}, "room": {"room": self.targets["room"]}}
        return {
            kind: [await self._child(kind, name, address, listening(address)) for name, address in replicas.items()]
            for kind, replicas in {**kinds, "message": self._message_names}.items()
        }

    async def edge(self, number: int) -> Child:
        """One edge."""
        address = f"{edge_host(number)}:{self.port}"
        return await self._child("edge", f"edge-{number}", address, answering(address, "/readyz"))

    async def _child(self, kind: str, name: str, address: str, ready: Ready) -> Child:
        own = {"LISTEN": address, "TLS_DIR": str(self._certificates / _CERTIFICATES[kind])}
        return Child(
            name,
            [sys.executable, "-m", "cli.main", kind],
            ready,
            output=await self._console.pipe(name),
            see="what it printed",
            env={f"{PREFIX}{setting}": value for setting, value in {**self._shared, **own}.items()},
            stop_seconds=_STOP_SECONDS,
        )


def edge_host(number: int) -> str:
    """The address of an edge; edges are numbered from 1."""
    return f"{_EDGE_NET}.{number}"


def free_port() -> int:
    """A port that is free on all addresses. Raises RuntimeError where loopback is but one address."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
    with socket.socket() as probe:
        try:
            probe.bind((edge_host(1), port))
        except OSError as error:
            raise RuntimeError(
                f"needs a system on which all of 127.0.0.0/8 is loopback, as on Linux ({error})"
            ) from error
    return port
