"""Runs the embedded store: MongoDB's wire protocol over one SQLite file, on a private unix socket.

    python -m cli.embedded.store DATABASE SOCKET

It is `nx-27017` with three changes. It listens on a unix socket, because it knows no passwords. Every write is durable when
it is acknowledged, all that one command writes together: left alone it syncs the file once for each document, which
costs 480 µs a document against 130 µs. And creating a text index that exists does nothing, as on MongoDB.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop
from nx_27017.handler import NeoSQLiteHandler, _serialize
from nx_27017.server import handle_client

_WRITES = {"update", "delete"}


class Store(NeoSQLiteHandler):
    """Runs each command that writes in one SQLite transaction, and syncs the file at the end of each.

    A duplicate key fails its own statement only: the documents before it are still stored, as MongoDB's ordered inserts
    promise.
    """

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self.conn.db.execute("PRAGMA synchronous = FULL")

    def _apply_write_concern(self, *_: Any) -> None:
        """Ask for nothing: every write is as durable as it gets."""

    @_serialize  # type: ignore[untyped-decorator]  # the handler's own lock, which is reentrant
    def handle_insert(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Insert the documents of one command."""
        with self._transaction():
            answer: tuple[int, dict[str, Any]] = super().handle_insert(msg)
        return answer

    @_serialize  # type: ignore[untyped-decorator]  # the handler's own lock, which is reentrant
    def handle_command(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Run any other command."""
        command = next(body for kind, body in msg["sections"] if kind == "body")
        if "createIndexes" in command:
            command["indexes"] = [spec for spec in command["indexes"] if not self._has_text_index(command, spec)]
        with self._transaction() if _WRITES & command.keys() else contextlib.nullcontext():
            answer: tuple[int, dict[str, Any]] = super().handle_command(msg)
        return answer

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        connection = self.conn.db
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("COMMIT")

    def _has_text_index(self, command: dict[str, Any], spec: dict[str, Any]) -> bool:
        tables = [f"{command['createIndexes']}_{field}_fts" for field, kind in spec["key"].items() if kind == "text"]
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        return any(self.conn.db.execute(query, (table,)).fetchone()[0] for table in tables)


async def serve(database: str, socket: str) -> None:
    """Serve until SIGTERM, or until standard input closes because the process that started this one is gone."""
    handler = Store(database)
    connections: set[asyncio.Task[None]] = set()

    async def on_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # for the type checker: we run in one
        connections.add(task)
        task.add_done_callback(connections.discard)
        with contextlib.suppress(asyncio.CancelledError):  # at the end
            await handle_client(reader, writer, handler)

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await asyncio.start_unix_server(on_client, socket)
    os.chmod(socket, 0o600)
    await stop.wait()
    server.close()
    for task in connections:
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)
    handler.close_all()


def main() -> None:
    """Entry point of the child process."""
    database, socket = sys.argv[1:]
    Path(socket).unlink(missing_ok=True)
    uvloop.run(serve(database, socket))


if __name__ == "__main__":
    main()
