"""Each replica of a service: whether it can be reached, and whether it serves."""

import asyncio

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli.doctor.finding import Finding, fault, ok, warning
from mesh.replicas import connected
from mesh.settings import is_socket
from mesh.tls import Identity

_TIMEOUT_SECONDS = 4.0
_START = "Start it, or look at what it logged when it ended."
_UNFIT = " If it runs, it may not be of our authority or of this name: compare its certificate with ours."
_STOPPING = "It is about to stop. Nothing is to be done, unless it stays so."


async def check(service: str, target: str, identity: Identity | None) -> list[Finding]:
    """Ask every replica behind a target, all at once."""
    names = [name.strip() for name in target.split(",")]
    found = await asyncio.gather(*(_behind(service, name, identity) for name in names))
    return [finding for findings in found for finding in findings]


async def _behind(service: str, name: str, identity: Identity | None) -> list[Finding]:
    async with connected(name, service, identity) as replicas:
        asked = [
            _ask(service, address, replica.channel)
            for address in replicas.addresses()
            if (replica := replicas.get(address)) is not None
        ]
        if asked:
            return list(await asyncio.gather(*asked))
    return [fault(service, f"{name} leads to no address", "Start a replica, or correct the target's name.")]


async def _ask(service: str, address: str, channel: grpc.aio.Channel) -> Finding:
    subject = f"{service} at {address}"
    stub = health_pb2_grpc.HealthStub(channel)  # type: ignore[no-untyped-call]  # it has no types
    try:
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_SECONDS)
    except grpc.aio.AioRpcError as error:
        return fault(subject, f"does not answer ({_reason(error)})", _START if is_socket(address) else _START + _UNFIT)
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        return warning(subject, "does not take calls", _STOPPING)
    return ok(subject, "serves")


def _reason(error: grpc.aio.AioRpcError) -> str:
    """The innermost cause is told last."""
    return (error.details() or error.code().name.lower()).rpartition("last error: ")[2]
