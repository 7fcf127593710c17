"""The two children of `parlance up`, a store and a broker, for as long as they are needed."""

import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from cli.child import Child, listening, start_all, stop_all
from cli.embedded.broker import Broker, find_server


@asynccontextmanager
async def running(data: Path, sockets: Path) -> AsyncIterator[tuple[str, str]]:
    """Run store and broker while the context lasts; yields their URLs, for MongoDB and for Redis.

    `data` keeps the store's file and the logs; `sockets` is a private folder for the sockets.
    """
    store_socket, broker_socket = sockets / "store.sock", sockets / "broker.sock"
    broker = Broker(broker_socket)
    with ExitStack() as logs:
        children = [
            Child(
                "store",
                [sys.executable, "-m", "cli.embedded.store", str(data / "store.db"), str(store_socket)],
                listening(f"unix:{store_socket}"),
                output=logs.enter_context((data / "store.log").open("ab")).fileno(),
                see=str(data / "store.log"),
            ),
            Child(
                "broker",
                [find_server(), "-"],
                listening(f"unix:{broker_socket}"),
                stdin=broker.config.encode(),
                output=logs.enter_context((data / "broker.log").open("ab")).fileno(),
                see=str(data / "broker.log"),
            ),
        ]
        try:
            await start_all(children)
            yield f"mongodb://{str(store_socket).replace('/', '%2F')}/parlance", broker.url
        finally:
            await stop_all(children)
