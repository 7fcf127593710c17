"""A whole installation in containers, for tests: `docker compose` with its own name, port and network."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_SECONDS = 600
"""Building the images included."""


class Installation:
    """One that is up."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._env = {**os.environ, "PARLANCE_PORT": str(port), "PARLANCE_FRONT_SUBNET": "10.83.81.0/24"}

    def compose(self, *arguments: str) -> str:
        """Run `docker compose`; returns what it prints."""
        command = ["docker", "compose", "--project-name", "parlance-live", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=START_SECONDS, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def scale(self, edges: int) -> None:
        """Have so many edges; returns when all of them are well and the others have gone."""
        self.compose("up", "--detach", "--wait", "--scale", f"edge={edges}")

    def containers(self, *services: str) -> list[dict[str, Any]]:
        """What `docker compose ps` says of each running container."""
        return [json.loads(line) for line in self.compose("ps", "--format", "json", *services).splitlines()]

    def connections(self) -> list[int]:
        """How many connections each edge has."""
        ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/metrics').read().decode())"
        counts = []
        for edge in self.containers("edge"):
            command = ["docker", "exec", edge["ID"], "python", "-c", ask]
            metrics = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            counts += [
                int(float(value)) for value in re.findall(r"^parlance_connections (\S+)$", metrics, re.MULTILINE)
            ]
        return sorted(counts)

    def can_reach(self, service: str, host: str, port: int) -> bool:
        """Whether a container of a service can connect to another one."""
        connect = f"import socket; socket.create_connection(({host!r}, {port}), 3)"
        command = ["docker", "exec", self.containers(service)[0]["ID"], "python", "-c", connect]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def files(self, service: str) -> list[str]:
        """The secrets and certificates that a container of a service is given."""
        command = ["docker", "exec", self.containers(service)[0]["ID"], "find", "-L", "/run/parlance", "-type", "f"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return sorted(path.removeprefix("/run/parlance/") for path in found)
