"""An installation on this machine: its settings, its data folder, and where its services are while it runs."""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli import private_file
from mesh.settings import Settings

_TARGETS_FILE = "targets.json"


class UpSettings(Settings):
    """Settings of `parlance up` and `parlance up-native`; those of the services are read as well."""

    mongodb_url: str | None = None
    """A MongoDB to use instead of the embedded store."""
    redis_url: str | None = None
    """A Redis to use instead of the embedded broker."""


def built_web() -> str:
    """The web client as `make web` has built it beside this code; empty where that has not been done."""
    built = Path(__file__).parents[1] / "web" / "dist"
    return str(built) if (built / "index.html").exists() else ""


def folder(data: str) -> Path:
    """The data folder, made if it is not there; nobody else may look into it."""
    path = Path(data).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Refuse to serve a folder that another process serves. Raises RuntimeError."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(f"another Parlance already runs on {data}") from error
        yield


@contextmanager
def published(data: Path, targets: Mapping[str, str]) -> Iterator[Callable[[Mapping[str, str]], None]]:
    """Tell other programs of the same user, while the context lasts, where the parts of this installation are.

    Besides services and edges these may be the URLs of the store (`mongodb`) and of the broker (`redis`), and the folder of
    all `certificates`. Yields what tells them anew.
    """
    file = data / _TARGETS_FILE

    def tell(targets: Mapping[str, str]) -> None:
        private_file.write(file, json.dumps(targets).encode())

    tell(targets)
    try:
        yield tell
    finally:
        file.unlink(missing_ok=True)


def targets(data: Path) -> dict[str, str]:
    """Where the parts of the installation in this folder are; empty when none runs."""
    try:
        found: dict[str, str] = json.loads((data / _TARGETS_FILE).read_text())
    except FileNotFoundError:
        return {}
    return found
