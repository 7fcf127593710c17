"""Mutual TLS between processes: who a process is, for the servers and channels that it opens.

Each side shows a certificate of the same authority, and each checks the name of the other. A certificate is read again
when its files change; what is open stays open, and what is opened from then on shows the new one.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
from prometheus_client import Gauge

from mesh import certificates, logs
from mesh.certificates import Credentials
from mesh.lifecycle import Tasks, every

log = logs.get(__name__)

RELOAD_SECONDS = 5.0
_WARN_SECONDS = 3600.0
_LATE = 1 / 4
"""`parlance certs` renews at a third of the life; a certificate with less than this left has been forgotten."""

EXPIRY = Gauge("parlance_certificate_expiry_timestamp_seconds", "When this process's certificate runs out.", ["name"])


class Identity:
    """The name of this process, and the certificate that proves it at the moment."""

    def __init__(self, folder: Path, name: str) -> None:
        """Raises ValueError with all that is wrong with the folder."""
        self.name = name
        self.credentials = certificates.read(folder, name)
        self._folder = folder
        self._failures = 0
        self._take(self.credentials)

    async def reload(self) -> None:
        """Take what the folder holds now. While that cannot be used, the present certificate goes on."""
        try:
            found = certificates.read(self._folder, self.name)
        except ValueError as error:
            self._failures += 1
            if self._failures == 2:  # the first may be a renewal that is being written
                log.error("certificate_not_reloaded", faults=str(error))
            return
        self._failures = 0
        if found != self.credentials:
            self._take(found)
            log.info("certificate_reloaded", name=self.name, ends=found.ends.isoformat())

    async def warn(self) -> None:
        """Say so when the certificate should have been renewed."""
        credentials = self.credentials
        left = credentials.ends - datetime.now(UTC)
        if left < _LATE * (credentials.ends - credentials.begins):
            log.warning("certificate_ends_soon", name=self.name, ends=credentials.ends.isoformat())

    def server_credentials(self) -> grpc.ServerCredentials:
        """For a server: each handshake shows the certificate of that moment, and asks for one of the same authority."""
        given = self.credentials

        def renewed() -> Any:  # in a thread of gRPC
            nonlocal given
            if given is self.credentials:
                return None
            given = self.credentials
            return _configuration(given)

        return grpc.dynamic_ssl_server_credentials(_configuration(given), renewed, require_client_authentication=True)

    def channel(self, address: str, service: str, options: Sequence[tuple[str, Any]] = ()) -> grpc.aio.Channel:
        """Open a channel that connects only to a process of this name; for its life it shows the present certificate."""
        own = self.credentials
        credentials = grpc.ssl_channel_credentials(own.authority, own.key, own.certificate)
        named = (("grpc.ssl_target_name_override", service), *options)
        return grpc.aio.secure_channel(address, credentials, options=named)

    def _take(self, credentials: Credentials) -> None:
        self.credentials = credentials
        EXPIRY.labels(self.name).set(credentials.ends.timestamp())


@asynccontextmanager
async def identity(folder: Path | None, name: str) -> AsyncIterator[Identity | None]:
    """Provide the identity that a folder proves, kept up to date; none without a folder."""
    if folder is None:
        yield None
        return
    proven = Identity(folder, name)
    await proven.warn()
    tasks = Tasks()
    tasks.start(every(RELOAD_SECONDS, proven.reload))
    tasks.start(every(_WARN_SECONDS, proven.warn))
    try:
        yield proven
    finally:
        await tasks.close()


def caller(call: "grpc.aio.ServicerContext[Any, Any]") -> str:
    """The name that the other side's certificate vouches for; empty when it is not exactly one."""
    if call.peer_identity_key() != "x509_subject_alternative_name":
        return ""
    names = list(call.peer_identities() or ())
    return names[0].decode() if len(names) == 1 else ""


def _configuration(credentials: Credentials) -> Any:
    return grpc.ssl_server_certificate_configuration(
        [(credentials.key, credentials.certificate)], root_certificates=credentials.authority
    )
