"""The certificates of the mesh that can be seen from here."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.doctor.finding import Finding, fault, ok, warning
from mesh import access, certificates

_LATE = 1 / 4
"""`parlance certs` renews with a third of the life left: who has less than this has been forgotten."""
_RENEW = "Renewing fails or is forgotten: run `parlance certs` on the folder above, and keep it running with --watch."


def check(folders: Iterable[Path]) -> list[Finding]:
    """One finding for each folder."""
    return [_check(folder) for folder in folders]


def folders_of_all(directory: Path) -> list[Path]:
    """The folders that `parlance certs` makes in a directory, one for each process."""
    return [directory / name for name in access.NAMES]


def _check(folder: Path) -> Finding:
    subject = f"certificate in {folder}"
    try:
        found = certificates.read(folder, folder.name if folder.name in access.NAMES else "")
    except ValueError as error:
        return fault(subject, str(error), "Run `parlance certs` on the folder above: it replaces what cannot be used.")
    now = datetime.now(UTC)
    left, life = found.ends - now, found.ends - found.begins
    text = f"for {found.name}, {_days(now - found.begins)} old, {_days(left)} left"
    return warning(subject, text, _RENEW) if left < _LATE * life else ok(subject, text)


def _days(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
