"""What can go wrong for a user of the client.

ClientError
 ├── Refused        the server answered a request with an error
 ├── Stopped        the client has ended; connecting again by itself would be pointless
 ├── ProtocolError  the server does not speak the protocol as this client knows it
 └── AccountError   a REST call failed

A lost connection is none of these: it is repaired, and told as an event.
"""


class ClientError(Exception):
    """The root of all errors that this package raises."""


class Refused(ClientError):
    """The server did not do what was asked, and nothing was changed.

    `code` is one of the kinds in docs/errors.md, `reason` a stable name for programs, `message` a sentence for people.
    `retry_after` (seconds) is given where trying again makes sense.
    """

    def __init__(self, code: str, reason: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after = retry_after


class Stopped(ClientError):
    """The client was closed, or the server told it to stay away (`code` is then the close code)."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class ProtocolError(ClientError):
    """A frame made no sense. Client and server are of versions that do not fit together."""


class AccountError(ClientError):
    """A REST call failed. `status` is the HTTP status; the text is the server's, for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def temporary(self) -> bool:
        """Whether the same call may work later."""
        return self.status == 429 or self.status >= 500
