"""`parlance health`: asks a process on this machine how it is, with that process's own certificate.

A container calls this every few seconds, so it imports little.
"""

import http.client
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from mesh import access, certificates
from mesh.certificates import Credentials

_TIMEOUT_SECONDS = 4.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  # what a process listens on, and we do not


def run(address: str | None) -> int:
    """Returns 0 when the process is well, else 1. An edge says so at `/readyz`, a service over gRPC.

    An address that begins with http:// is an edge's, and so is that of a process whose certificate says so.
    """
    address = address or os.environ.get("PARLANCE_LISTEN")
    if address is None:
        print("parlance: name an address, here or in PARLANCE_LISTEN", file=sys.stderr)
        return 1
    folder = os.environ.get("PARLANCE_TLS_DIR")
    try:
        credentials = certificates.read(Path(folder)) if folder else None
    except ValueError as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1
    fault = _fault(address, credentials)
    if fault:
        print(f"{address}: {fault}", file=sys.stderr)
    return 1 if fault else 0


def _fault(address: str, credentials: Credentials | None) -> str:
    if address.startswith("http://"):
        return _edge_fault(urlsplit(address).netloc)
    if credentials is not None and credentials.name == access.EDGE:
        return _edge_fault(_local(address))
    return _service_fault(_local(address), credentials)


def _local(address: str) -> str:
    host, separator, port = address.rpartition(":")
    return f"{_EVERYWHERE.get(host, host)}{separator}{port}"


def _edge_fault(address: str) -> str:
    connection = http.client.HTTPConnection(address, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = json.load(connection.getresponse())
        return ", ".join(answer["faults"])
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        return f"does not answer ({error})"
    finally:
        connection.close()


def _service_fault(address: str, credentials: Credentials | None) -> str:
    import grpc  # noqa: PLC0415  # an edge is asked without
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: PLC0415

    if credentials is None or address.startswith("unix:"):
        channel = grpc.insecure_channel(address)
    else:
        proof = grpc.ssl_channel_credentials(credentials.authority, credentials.key, credentials.certificate)
        channel = grpc.secure_channel(address, proof, (("grpc.ssl_target_name_override", credentials.name),))
    with channel:
        stub = health_pb2_grpc.HealthStub(channel)  # type: ignore[no-untyped-call]  # it has no types
        try:
            status = stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_SECONDS).status
        except grpc.RpcError as error:
            return f"does not answer ({error.code().name.lower()})"
    if status == health_pb2.HealthCheckResponse.SERVING:
        return ""
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(status).lower())
