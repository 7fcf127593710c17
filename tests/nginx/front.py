"""nginx as it is deployed, before edges that tests start, stop and imitate."""

import json
import os
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pytest

from cli.native.dns import answer
from tests.patience import looks
from tests.processes import Processes, free_port

RENDER = Path(__file__).parents[2] / "nginx" / "render.sh"
EDGE_NAME = "edge.parlance.internal"


def find_nginx() -> str:
    """The nginx of this machine; skips the test when there is none."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    return found


def render(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run render.sh with these settings and no others."""
    env = {"PATH": f"{os.environ['PATH']}:/usr/sbin", **settings}
    return subprocess.run(["sh", str(RENDER)], env=env, capture_output=True, text=True, check=False)


class Replicas:
    """Where the edges are, and the name server that says so."""

    def __init__(self) -> None:
        self.port = free_port()
        """The one port of all of them."""
        self.addresses: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    @property
    def settings(self) -> dict[str, str]:
        """How nginx finds them."""
        host, port = self._socket.getsockname()
        return {"NGINX_EDGE": f"{EDGE_NAME}:{self.port}", "NGINX_RESOLVER": f"{host}:{port}"}

    @contextmanager
    def including(self, address: str) -> Iterator[None]:
        """Tell of one more for the length of a block."""
        self.addresses.append(address)
        try:
            yield
        finally:
            self.addresses.remove(address)

    def _serve(self) -> None:
        while True:
            query, asker = self._socket.recvfrom(512)
            if not query:
                return
            if response := answer(query, EDGE_NAME, self.addresses):
                self._socket.sendto(response, asker)


class FrontDoor:
    """A running nginx."""

    def __init__(self, processes: Processes, folder: Path, settings: dict[str, str]) -> None:
        """Start it; returns when it serves. `folder` keeps its files."""
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}"
        self._access_log = folder / "access.log"
        self._error_log = folder / "error.log"
        rendered = render(
            **{
                "NGINX_LISTEN": address,
                "NGINX_TEMP": str(folder),
                "NGINX_ACCESS_LOG": str(self._access_log),
                "NGINX_ERROR_LOG": str(self._error_log),
                "NGINX_CONNECTIONS": "1024",
                "NGINX_WORKERS": "2",
                # Workers read and write in folders that only we may enter.
                **({"NGINX_USER": "root"} if os.geteuid() == 0 else {}),
                **settings,
            }
        )
        assert rendered.returncode == 0, rendered.stderr
        configuration = folder / "nginx.conf"
        configuration.write_text(rendered.stdout)
        command = [find_nginx(), "-e", "stderr", "-c", str(configuration), "-g", "daemon off;"]
        self._process = processes.start("nginx", command)
        self._await_healthy()

    def requests(self) -> list[dict[str, Any]]:
        """What the access log says."""
        return [json.loads(line) for line in self._access_log.read_text().splitlines()]

    def edges(self, since: int = 0) -> set[str]:
        """The addresses that requests have been sent to, from that one on, those that were passed over included."""
        asked = ", ".join(request["edge"] for request in self.requests()[since:])
        return {host for host in (address.partition(":")[0] for address in asked.split(", ")) if host}

    def find(self, *addresses: str) -> None:
        """Wait until it has sent requests to all of these, whatever they answer."""
        before = len(self.requests())
        for _ in self._looks():
            if self.edges(before) >= {*addresses}:
                return
            with suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{self.url}/openapi.json"):
                pass

    def logs(self) -> str:
        """Everything that it has written."""
        written = [log.read_text() for log in (self._access_log, self._error_log) if log.exists()]
        return "".join([*written, self._process.output()])

    def _await_healthy(self) -> None:
        for _ in self._looks():
            with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{self.url}/healthz"):
                return

    def _looks(self) -> Iterator[None]:
        return looks(lambda: f"nginx does not do what it is there for:\n{self.logs()}")


@contextmanager
def front_door(folder: Path, replicas: Replicas, **settings: str) -> Iterator[FrontDoor]:
    """Run nginx before these replicas for the length of a block; settings are those of render.sh."""
    with Processes(folder) as processes:
        yield FrontDoor(processes, folder, {**replicas.settings, **settings})
