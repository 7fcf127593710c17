"""Carries errors through gRPC: as `google.rpc.Status` for a call, as `parlance.common.v1.Error` for an item of a batch."""

from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from mesh.errors import KINDS, Internal, ParlanceError, Unavailable
from parlance.common.v1 import error_pb2

DOMAIN = "parlance"

_BY_STATUS = {kind.grpc_status: kind for kind in KINDS.values()} | {
    # What gRPC itself says when a call could not be made, was too late or was given up.
    grpc.StatusCode.DEADLINE_EXCEEDED: Unavailable,
    grpc.StatusCode.CANCELLED: Unavailable,
}
_TO_PROTO = {kind: error_pb2.ErrorKind.Value(f"ERROR_KIND_{kind.upper()}") for kind in KINDS}
_FROM_PROTO = {number: KINDS[kind] for kind, number in _TO_PROTO.items()}


def to_status(error: ParlanceError) -> Any:
    """Pack an error so that `context.abort_with_status` sends all of it."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN)
    if error.field is not None:
        info.metadata["field"] = error.field
    details: list[Any] = [info]
    if error.retry_after is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=_duration(error.retry_after)))
    status = status_pb2.Status(code=_code(error.grpc_status), message=error.message)
    for detail in details:
        status.details.append(_pack(detail))
    return rpc_status.to_status(status)


def from_rpc_error(rpc_error: grpc.aio.AioRpcError) -> ParlanceError:
    """Turn what a stub raises back into the error that the other side raised.

    A failure of the transport becomes `Unavailable`, with nothing of the transport's own words.
    """
    kind = _BY_STATUS.get(rpc_error.code(), Internal)
    status = rpc_status.from_call(rpc_error)
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    retry_after: float | None = None
    for detail in status.details if status is not None else ():
        detail.Unpack(info)
        if detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta().total_seconds()
    if info.domain != DOMAIN:
        if kind is Internal:
            return Internal()
        return Unavailable("The service cannot be reached right now. Try again in a moment.", retry_after=1.0)
    return kind(
        rpc_error.details() or kind.kind,
        reason=info.reason,
        retry_after=retry_after,
        field=info.metadata.get("field"),
    )


def to_proto(error: ParlanceError) -> error_pb2.Error:
    """Pack an error for one item of a batch."""
    proto = error_pb2.Error(kind=_TO_PROTO[error.kind], reason=error.reason, message=error.message)
    if error.retry_after is not None:
        proto.retry_after.CopyFrom(_duration(error.retry_after))
    return proto


def from_proto(proto: error_pb2.Error) -> ParlanceError:
    """Unpack the error of one item of a batch."""
    kind = _FROM_PROTO.get(proto.kind, Internal)
    retry_after = proto.retry_after.ToTimedelta().total_seconds() if proto.HasField("retry_after") else None
    return kind(proto.message, reason=proto.reason, retry_after=retry_after)


def _code(status: grpc.StatusCode) -> int:
    return int(code_pb2.Code.Value(status.name))


def _pack(detail: Any) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed


def _duration(seconds: float) -> duration_pb2.Duration:
    return duration_pb2.Duration(seconds=int(seconds), nanos=int(seconds % 1 * 1e9))
