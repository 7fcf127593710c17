"""Files that hold secrets."""

import os
from pathlib import Path


def write(path: Path, content: bytes, *, readable: bool = False) -> None:
    """Replace a file as a whole, on the disk when this returns. `readable` is for what holds no secret."""
    fresh = path.with_name(f".{path.name}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644 if readable else 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
