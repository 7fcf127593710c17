"""The embedded store with a fault: while a file exists, every third insert is answered with an error and not done.

python tests/chaos/store.py DATABASE SOCKET FILE
"""

import sys
from pathlib import Path
from typing import Any

import uvloop

from cli.embedded import store

_EVERY = 3
_STEPPED_DOWN = {"ok": 0, "errmsg": "not primary", "code": 10107, "codeName": "NotWritablePrimary"}


class FaultyStore(store.Store):
    """Says "not primary" now and then, as a replica set does while it elects another."""

    switch: Path
    _inserts = 0

    def handle_insert(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Refuse some."""
        if self.switch.exists():
            self._inserts += 1
            if self._inserts % _EVERY == 0:
                return msg["request_id"], dict(_STEPPED_DOWN)
        answer: tuple[int, dict[str, Any]] = super().handle_insert(msg)
        return answer


def main() -> None:
    """Serve as `cli.embedded.store` does."""
    database, socket, switch = sys.argv[1:]
    FaultyStore.switch = Path(switch)
    store.Store = FaultyStore  # type: ignore[misc]  # the one that `serve` makes
    Path(socket).unlink(missing_ok=True)
    uvloop.run(store.serve(database, socket))


if __name__ == "__main__":
    main()
