"""What one connection may do next: the rules of the protocol, sans-IO.

Text and time go in; a frame to act on comes out, or a `Refusal` that says what to answer and whether the connection ends.
"""

import msgspec

from edge import frames
from edge.identity import Identity
from edge.limits import TokenBucket
from mesh.errors import Forbidden, Invalid, ParlanceError, RateLimited, Unauthenticated

AUTH_SECONDS = 10.0
_REASON_LIMIT = 200
_UNREADABLE = (UnicodeError, RecursionError)
"""What the decoder raises besides its own errors: no UTF-8, or nested without end."""


class Refusal(Exception):
    """A frame that is not acted on.

    `close` tells that the connection ends, with the error's close code.
    """

    def __init__(self, error: ParlanceError, *, frame_id: frames.FrameId = None, close: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.frame_id = frame_id
        self.close = close


class Session:
    """The state of one connection."""

    __slots__ = ("_allowed", "_burst", "_opened_at", "_refused", "identity")

    def __init__(self, *, now: float, frames_per_second: float, burst: float) -> None:
        """`now` is in seconds of a clock that never goes back."""
        self.identity: Identity | None = None
        self._opened_at = now
        self._burst = burst
        self._allowed = TokenBucket(frames_per_second, burst)
        self._refused = 0

    def receive(self, text: str | bytes, now: float) -> frames.ClientFrames:
        """Decode a frame and admit it; raises Refusal."""
        self._admit(text, now)
        try:
            frame = frames.decode(text)
        except msgspec.ValidationError as error:
            raise Refusal(
                Invalid(f"The frame is not valid: {str(error)[:_REASON_LIMIT]}.", reason="BAD_FRAME"),
                frame_id=_frame_id(text),
                close=self.identity is None,
            ) from error
        except (msgspec.DecodeError, *_UNREADABLE) as error:
            raise Refusal(Invalid("A frame is one JSON object.", reason="NOT_JSON"), close=True) from error
        if self.identity is None and not isinstance(frame, frames.Auth):
            raise Refusal(
                Unauthenticated("The first frame is `auth`.", reason="NOT_AUTHENTICATED"), frame_id=frame.id, close=True
            )
        return frame

    def authenticated(self, identity: Identity) -> None:
        """The token of an `auth` frame was verified. Raises `Forbidden` for a token of somebody else."""
        if self.identity is not None and self.identity.user_id != identity.user_id:
            raise Forbidden("A connection stays with its user. Open another one.", reason="OTHER_USER")
        self.identity = identity

    @property
    def session_id(self) -> str:
        """The login that the connection belongs to; empty before `auth`."""
        return self.identity.session_id if self.identity is not None else ""

    def overdue(self, now: float, now_utc: float) -> ParlanceError | None:
        """Why the connection must end by now, if it must: no `auth` in time, or a token that has expired."""
        if self.identity is None:
            if now - self._opened_at > AUTH_SECONDS:
                return Unauthenticated("No `auth` frame came in time.", reason="AUTH_TIMEOUT")
        elif now_utc > self.identity.expires_at:
            return Unauthenticated("The token has expired. Connect with a new one.", reason="TOKEN_EXPIRED")
        return None

    def _admit(self, text: str | bytes, now: float) -> None:
        """Allow so many frames a second. Who goes on after many refusals is cut off."""
        wait = self._allowed.take(now)
        if not wait:
            self._refused = 0
            return
        self._refused += 1
        raise Refusal(
            RateLimited("You are sending too fast.", reason="TOO_FAST", retry_after=round(wait, 3)),
            frame_id=_frame_id(text),
            close=self._refused > self._burst,
        )


class _WithId(msgspec.Struct):
    id: str | int | None = None


def _frame_id(text: str | bytes) -> frames.FrameId:
    """The id of a frame that is otherwise wrong, so that its sender knows which one was refused."""
    try:
        return msgspec.json.decode(text, type=_WithId).id
    except (msgspec.MsgspecError, *_UNREADABLE):
        return None
