"""Runs the embedded store: MongoDB's wire protocol over one SQLite file, on a private unix socket.

    python -m cli.embedded.store DATABASE SOCKET

It is `nx-27017` with five changes. It listens on a unix socket, because it knows no passwords. Every write is durable when
it is acknowledged, all that one command writes together: left alone it syncs the file once for each document, which
costs 480 µs a document against 130 µs. Inserts go straight to SQLite: another third less. Creating a text index that
exists does nothing, and so does deleting from GridFS what is not there, as on MongoDB.
"""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop
from neosqlite.collection.json_helpers import neosqlite_json_dumps
from nx_27017.handler import NeoSQLiteHandler, _bulk_write_error, _serialize
from nx_27017.server import handle_client

_WRITES = ("update", "delete")
_DROPS = {"drop", "dropDatabase", "renameCollection"}


class Store(NeoSQLiteHandler):
    """Runs each command that writes in one SQLite transaction, and syncs the file at the end of each.

    A duplicate key fails its own statement only: the documents before it are still stored, as MongoDB's ordered inserts
    promise.
    """

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self.conn.db.execute("PRAGMA synchronous = FULL")
        # Ten times as rarely as by default: each checkpoint writes and syncs the pages that many inserts have changed.
        self.conn.db.execute("PRAGMA wal_autocheckpoint = 10000")
        self._tables: set[str] = set()

    def _apply_write_concern(self, *_: Any) -> None:
        """Ask for nothing: every write is as durable as it gets."""

    @_serialize  # type: ignore[untyped-decorator]  # the handler's own lock, which is reentrant
    def handle_insert(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Insert the documents of one command; the first into a collection also makes its table."""
        command = _command(msg)
        with self._transaction():
            if command["insert"] in self._tables:
                return msg["request_id"], self._insert(command, _documents(msg))
            answer: tuple[int, dict[str, Any]] = super().handle_insert(msg)
        if not _is_gridfs(command["insert"]):  # whose tables have another form
            self._tables.add(command["insert"])
        return answer

    @_serialize  # type: ignore[untyped-decorator]  # the handler's own lock, which is reentrant
    def handle_command(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Run any other command."""
        command = _command(msg)
        if "createIndexes" in command:
            command["indexes"] = [spec for spec in command["indexes"] if not self._has_text_index(command, spec)]
        if _DROPS & command.keys():
            self._tables.clear()
        with self._transaction() if _is_plain_write(command) else contextlib.nullcontext():
            answer: tuple[int, dict[str, Any]] = super().handle_command(msg)
        return answer

    def _handle_gridfs_delete(self, request_id: int, *rest: Any) -> tuple[int, dict[str, Any]]:
        """Delete from GridFS; what is not there is no error, as on MongoDB."""
        answer: tuple[int, dict[str, Any]] = super()._handle_gridfs_delete(request_id, *rest)
        if answer[1].get("errmsg", "").endswith("not found"):
            return request_id, {"ok": 1, "n": 0}
        return answer

    def _insert(self, command: dict[str, Any], documents: list[dict[str, Any]]) -> dict[str, Any]:
        """Insert as the library does, without its copies and checks of what has just been decoded."""
        statement = f'INSERT INTO "{command["insert"]}" (data, _id) VALUES (?, ?)'  # noqa: S608  # the name of a table of ours
        stored, errors = 0, []
        for index, document in enumerate(documents):
            try:
                self.conn.db.execute(statement, (neosqlite_json_dumps(document), str(document["_id"])))
                stored += 1
            except sqlite3.Error as error:
                errors.append(_bulk_write_error(error, index))
                if command.get("ordered", True):
                    break
        return {"ok": 1, "n": stored, **({"writeErrors": errors} if errors else {})}

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


def _command(msg: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = next(section for kind, section in msg["sections"] if kind == "body")
    return body


def _is_plain_write(command: dict[str, Any]) -> bool:
    """Whether a command changes documents. Deletions in GridFS are left out: the library itself commits them."""
    return any(name in command and not _is_gridfs(command[name]) for name in _WRITES)


def _is_gridfs(collection: str) -> bool:
    return "." in collection


def _documents(msg: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of an insert command, whether they came in its body or beside it."""
    carriers = [section for kind, section in msg["sections"] if kind in ("body", "payload")]
    return [document for carrier in carriers for document in carrier.get("documents", ())]


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
