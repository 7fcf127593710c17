"""Builds a gRPC server of the mesh: guarded, with health and reflection, and stopped without dropping a call."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_health.v1.health import SERVICE_NAME as HEALTH_SERVICE
from grpc_reflection.v1alpha import reflection

from mesh import logs, tls
from mesh.interceptors import Guard, claimed_caller
from mesh.settings import PLAINTEXT_REFUSED, fresh_socket, is_socket, may_be_plaintext
from mesh.sizes import MAX_MESSAGE_BYTES

log = logs.get(__name__)

_GRACE_SECONDS = 10.0
_OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.http2.max_pings_without_data", 0),
)

Register = Callable[[grpc.aio.Server], None]
"""Adds one service to a server: `lambda server: add_XServicer_to_server(servicer, server)`."""


@asynccontextmanager
async def serving(
    listen: str, services: dict[str, Register], *, identity: tls.Identity | None = None, insecure: bool = False
) -> AsyncIterator[HealthServicer]:
    """Serve gRPC at an address while the context lasts. `services` maps each service's full name to its registration.

    With an identity, callers are who their certificates say; without one, and on a unix socket, they are believed.
    At the end it first answers health checks with NOT_SERVING, so that nobody new comes, then lets running calls finish.
    Raises ValueError when the address is reachable from outside and the mesh is not encrypted.
    """
    credentials = identity.server_credentials() if identity is not None and not is_socket(listen) else None
    server = grpc.aio.server(interceptors=[Guard(tls.caller if credentials else claimed_caller)], options=_OPTIONS)
    for register in services.values():
        register(server)
    servicer = await _add_health(server, services)
    reflection.enable_server_reflection([*services, HEALTH_SERVICE, reflection.SERVICE_NAME], server)
    _listen(server, listen, credentials, insecure=insecure)
    await server.start()
    log.info("serving", address=listen, services=list(services))
    try:
        yield servicer
    finally:
        await servicer.enter_graceful_shutdown()
        await server.stop(_GRACE_SECONDS)
        log.info("stopped", address=listen)


async def _add_health(server: grpc.aio.Server, services: Iterable[str]) -> HealthServicer:
    servicer = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    for name in ("", *services):
        await servicer.set(name, health_pb2.HealthCheckResponse.SERVING)
    return servicer


def _listen(
    server: grpc.aio.Server, address: str, credentials: grpc.ServerCredentials | None, *, insecure: bool
) -> None:
    if credentials is not None:
        server.add_secure_port(address, credentials)
        return
    if not may_be_plaintext(address, insecure=insecure):
        raise ValueError(f"{address}: {PLAINTEXT_REFUSED}")
    if is_socket(address):
        fresh_socket(address)
    server.add_insecure_port(address)
