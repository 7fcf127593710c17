"""The front door: nginx, with the same configuration as in a container."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from cli import installation
from cli.child import Child, answering
from cli.native.console import Console

_NGINX = Path(__file__).parents[2] / "nginx"
_SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
"""Where nginx is installed, and where PATH does not lead everybody."""


def find() -> str:
    """The path of nginx. Raises FileNotFoundError with what to do when there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path=_SYSTEM_FOLDERS)
    if found is None:
        raise FileNotFoundError(
            "No nginx: install it (`apt-get install nginx`, `dnf install nginx`, `apk add nginx`), "
            "or use `parlance up`, which does without."
        )
    return found


@asynccontextmanager
async def running(
    program: str, address: str, *, edge: str, resolver: str, data: Path, console: Console
) -> AsyncIterator[None]:
    """Run nginx at host:port while the context lasts.

    `edge` is the name:port of all edges, and `resolver` the name server that knows it. `data` keeps the log of requests.
    Raises OSError when it may not listen there, RuntimeError when it does not start.
    """
    _try_to_bind(address)
    with tempfile.TemporaryDirectory(prefix="parlance-nginx-") as folder:
        settings = {
            "NGINX_LISTEN": address,
            "NGINX_EDGE": edge,
            "NGINX_RESOLVER": resolver,
            "NGINX_ROOT": await asyncio.to_thread(_pages, Path(folder)),
            "NGINX_TEMP": folder,
            "NGINX_ACCESS_LOG": str(data / "access.log"),
        }
        child = Child(
            "nginx",
            [
                program,
                "-e",
                "stderr",
                "-c",
                await asyncio.to_thread(_configure, program, settings),
                "-g",
                "daemon off;",
            ],
            answering(address, "/healthz"),
            output=await console.pipe("nginx"),
            see="what it printed",
            stop_signal=signal.SIGQUIT,  # the gentle one
        )
        try:
            await child.start()
            yield
        finally:
            await child.stop()


def _try_to_bind(address: str) -> None:
    """Fail at once where nginx would fail after a while, or somebody else would answer for it."""
    host, _, port = address.rpartition(":")
    with socket.create_server((host, int(port))):
        pass


def _pages(folder: Path) -> str:
    """Put the pages of nginx, and the web client if it is built, into one folder, as the image has them."""
    pages = folder / "html"
    for source in (str(_NGINX / "html"), installation.built_web()):
        if source:
            shutil.copytree(source, pages, dirs_exist_ok=True)
    return str(pages)


def _configure(program: str, settings: Mapping[str, str]) -> str:
    """Write the configuration into nginx's folder; returns its path."""
    path = f"{Path(program).parent}:{os.environ['PATH']}"
    folder = Path(settings["NGINX_TEMP"])
    folder.chmod(0o711)  # started by root, its workers are somebody else
    configuration = folder / "nginx.conf"
    with configuration.open("wb") as output:
        rendered = subprocess.run(  # noqa: S603  # our own script
            ["/bin/sh", str(_NGINX / "render.sh")],
            env={**os.environ, **settings, "PATH": path},
            stdout=output,
            check=False,
        )
    if rendered.returncode:
        raise RuntimeError("nginx/render.sh failed, as it says above.")
    return str(configuration)
