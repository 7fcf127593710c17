"""The errors that domain code raises and callers in other processes catch.

The list of kinds is closed. `mesh.status` carries an error through gRPC and back as the same class; the edge renders it
for HTTP and WebSocket. Anything else that is raised is a fault of ours and leaves a process only as `Internal`.

    ParlanceError
     ├── NotFound          ├── Unauthenticated   ├── RateLimited
     ├── AlreadyExists     ├── Forbidden         ├── Unavailable
     └── Invalid           ├── Conflict          └── Internal
"""

from typing import ClassVar

import grpc


class ParlanceError(Exception):
    """Something that was asked for did not happen, and why.

    `message` is one sentence for people. `reason` is a stable UPPER_SNAKE name for programs. `retry_after` (seconds) is
    given where trying again makes sense. `field` names the input that was wrong.
    """

    kind: ClassVar[str]
    grpc_status: ClassVar[grpc.StatusCode]
    http_status: ClassVar[int]
    close_code: ClassVar[int | None] = None
    """The WebSocket close code where this error ends a connection; None where it never does."""

    def __init__(
        self, message: str, *, reason: str = "", retry_after: float | None = None, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.kind.upper()
        self.retry_after = retry_after
        self.field = field


class NotFound(ParlanceError):
    """What was named does not exist, or the caller may not know that it does."""

    kind = "not_found"
    grpc_status = grpc.StatusCode.NOT_FOUND
    http_status = 404


class AlreadyExists(ParlanceError):
    """It exists already, or the id belongs to somebody else."""

    kind = "already_exists"
    grpc_status = grpc.StatusCode.ALREADY_EXISTS
    http_status = 409


class Invalid(ParlanceError):
    """The request itself is wrong; repeating it changes nothing."""

    kind = "invalid"
    grpc_status = grpc.StatusCode.INVALID_ARGUMENT
    http_status = 400
    close_code = 4400


class Unauthenticated(ParlanceError):
    """Nobody is logged in, or the token is not good any more."""

    kind = "unauthenticated"
    grpc_status = grpc.StatusCode.UNAUTHENTICATED
    http_status = 401
    close_code = 4401


class Forbidden(ParlanceError):
    """Known, but not allowed."""

    kind = "forbidden"
    grpc_status = grpc.StatusCode.PERMISSION_DENIED
    http_status = 403
    close_code = 4403


class Conflict(ParlanceError):
    """Somebody else was faster; read again and decide anew."""

    kind = "conflict"
    grpc_status = grpc.StatusCode.ABORTED
    http_status = 409


class RateLimited(ParlanceError):
    """Too much in too short a time."""

    kind = "rate_limited"
    grpc_status = grpc.StatusCode.RESOURCE_EXHAUSTED
    http_status = 429
    close_code = 4429


class Unavailable(ParlanceError):
    """Not possible now; the same request may work later."""

    kind = "unavailable"
    grpc_status = grpc.StatusCode.UNAVAILABLE
    http_status = 503
    close_code = 1013


class Internal(ParlanceError):
    """Our fault. Its message never says more than that."""

    kind = "internal"
    grpc_status = grpc.StatusCode.INTERNAL
    http_status = 500
    close_code = 1011

    def __init__(
        self,
        message: str = "Something went wrong on our side.",
        *,
        reason: str = "",
        retry_after: float | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message, reason=reason, retry_after=retry_after, field=field)


KINDS: dict[str, type[ParlanceError]] = {
    error.kind: error
    for error in (
        NotFound,
        AlreadyExists,
        Invalid,
        Unauthenticated,
        Forbidden,
        Conflict,
        RateLimited,
        Unavailable,
        Internal,
    )
}
"""Every kind there is, in the order of docs/errors.md."""
