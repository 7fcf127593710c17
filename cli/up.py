"""`parlance up`: the whole product in one process, with an embedded store and broker unless others are named.

The services talk gRPC over unix sockets in a private folder, as they would over a network.
"""

import asyncio
import fcntl
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from auth_service.app import AuthSettings
from auth_service.app import running as auth
from cli.embedded import children
from edge.app import EdgeSettings
from edge.app import running as edge
from mesh import lifecycle, logs
from mesh.settings import Settings, load
from message_service.app import MessageSettings
from message_service.app import running as message
from room_service.app import RoomSettings
from room_service.app import running as room

TARGETS_FILE = "targets.json"
"""Tells `parlance admin` where the services of a running installation are."""


class UpSettings(Settings):
    """Settings of `parlance up`; those of the services are read as well."""

    mongodb_url: str | None = None
    """A MongoDB to use instead of the embedded store."""
    redis_url: str | None = None
    """A Redis to use instead of the embedded broker."""


def run(host: str, port: int, data: str) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit status."""
    settings = load(UpSettings)
    logs.configure(settings.log_level, settings.log_format, process="parlance")
    folder = Path(data).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def main(stop: asyncio.Event) -> None:
        async with everything(settings, f"{host}:{port}", folder):
            print(f"Parlance is ready at http://{host}:{port}", flush=True)
            await stop.wait()

    try:
        lifecycle.run(main)
    except (OSError, RuntimeError) as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1
    return 0


@asynccontextmanager
async def everything(settings: UpSettings, listen: str, data: Path) -> AsyncIterator[None]:
    """Run all services and one edge while the context lasts; ready when entered."""
    async with AsyncExitStack() as stack:
        stack.enter_context(_only_one(data))
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlance-")))
        mongodb_url, redis_url = settings.mongodb_url, settings.redis_url
        if mongodb_url is None or redis_url is None:
            embedded = await stack.enter_async_context(children.running(data, sockets))
            mongodb_url, redis_url = mongodb_url or embedded[0], redis_url or embedded[1]
        targets = {name: f"unix:{sockets / name}.sock" for name in ("auth", "room", "message")}
        await stack.enter_async_context(
            message(
                MessageSettings(
                    listen=targets["message"],
                    mongodb_url=mongodb_url,
                    redis_url=redis_url,
                    room_target=targets["room"],
                )
            )
        )
        await stack.enter_async_context(
            auth(AuthSettings(listen=targets["auth"], mongodb_url=mongodb_url, message_target=targets["message"]))
        )
        await stack.enter_async_context(
            room(RoomSettings(listen=targets["room"], mongodb_url=mongodb_url, message_target=targets["message"]))
        )
        (data / TARGETS_FILE).write_text(json.dumps(targets))
        stack.callback((data / TARGETS_FILE).unlink, missing_ok=True)
        await stack.enter_async_context(
            edge(
                EdgeSettings(
                    listen=listen,
                    redis_url=redis_url,
                    auth_target=targets["auth"],
                    room_target=targets["room"],
                    message_target=targets["message"],
                    drain_seconds=0,
                )
            )
        )
        yield


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Refuse to serve a folder that another process serves. Raises RuntimeError."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(f"another Parlance already runs on {data}") from error
        yield
