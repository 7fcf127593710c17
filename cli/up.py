"""`parlance up`: the whole product in one process, with an embedded store and broker unless others are named.

The services talk gRPC over unix sockets in a private folder, as they would over a network.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from auth_service.app import AuthSettings
from auth_service.app import running as auth
from cli import installation
from cli.embedded import children
from cli.installation import UpSettings
from edge.app import EdgeSettings
from edge.app import running as edge
from mesh import lifecycle, logs
from mesh.settings import load
from message_service.app import MessageSettings
from message_service.app import running as message
from room_service.app import RoomSettings
from room_service.app import running as room


def run(host: str, port: int, data: str) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit status."""
    settings = load(UpSettings)
    logs.configure(settings.log_level, settings.log_format, process="parlance")
    folder = installation.folder(data)

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
        stack.enter_context(installation.only_one(data))
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
                    tls_dir=None,
                )
            )
        )
        await stack.enter_async_context(
            auth(
                AuthSettings(
                    listen=targets["auth"], mongodb_url=mongodb_url, message_target=targets["message"], tls_dir=None
                )
            )
        )
        await stack.enter_async_context(
            room(
                RoomSettings(
                    listen=targets["room"], mongodb_url=mongodb_url, message_target=targets["message"], tls_dir=None
                )
            )
        )
        stack.enter_context(
            installation.published(data, {**targets, "edge": listen, "mongodb": mongodb_url, "redis": redis_url})
        )
        await stack.enter_async_context(
            edge(
                EdgeSettings(
                    listen=listen,
                    redis_url=redis_url,
                    auth_target=targets["auth"],
                    room_target=targets["room"],
                    message_target=targets["message"],
                    tls_dir=None,
                    web_dir=installation.built_web(),
                    drain_seconds=0,
                )
            )
        )
        yield
