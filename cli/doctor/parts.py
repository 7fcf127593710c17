"""Where the parts of the installation are: as the environment says, else as a running `parlance up` has published it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli import installation
from cli.doctor.papers import folders_of_all
from cli.doctor.settings import DoctorSettings
from mesh import access

SERVICES: Mapping[str, str] = {"auth": access.AUTH, "room": access.ROOM, "message": access.MESSAGE}
"""The name of a service in targets, and in its certificate."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be examined; None is what nobody has named."""

    targets: Mapping[str, str | None]
    """By service, as in `SERVICES`."""
    edge_target: str | None
    mongodb_url: str | None
    redis_url: str | None
    certificate: Path | None
    """The folder of the certificate with which we ask."""
    certificates: list[Path]
    """All folders of certificates that we may look into."""

    def named(self) -> bool:
        """Whether there is anything at all."""
        return any((*self.targets.values(), self.edge_target, self.mongodb_url, self.redis_url))


def find(settings: DoctorSettings, data: Path) -> Parts:
    """What the environment names counts for each part by itself."""
    published = installation.targets(data)
    directory = Path(published["certificates"]) if "certificates" in published else None
    certificates = folders_of_all(directory) if directory else []
    return Parts(
        targets={name: getattr(settings, f"{name}_target") or published.get(name) for name in SERVICES},
        edge_target=settings.edge_target or published.get("edge"),
        mongodb_url=settings.mongodb_url or published.get("mongodb"),
        redis_url=settings.redis_url or published.get("redis"),
        certificate=settings.tls_dir or (directory / access.CLI if directory else None),
        certificates=list(dict.fromkeys([*([settings.tls_dir] if settings.tls_dir else []), *certificates])),
    )
