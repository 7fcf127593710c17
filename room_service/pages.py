"""Pages of a list: how long one is, and the opaque token with which the next one begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from mesh.errors import Invalid

Time: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Position = TypeVar("Position")


def checked_size(size: int, *, default: int, at_most: int) -> int:
    """Return how many items a page has; `default` when 0 is asked for."""
    if not 0 <= size <= at_most:
        raise Invalid(f"A page has 1 to {at_most} items.", reason="INVALID_PAGE_SIZE", field="page_size")
    return size or default


def token(position: str | tuple[int, str]) -> str:
    """Pack the position of a page's last item."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode()


def position(token: str, shape: type[Position]) -> Position | None:
    """Unpack a position of this shape; None for the first page. Raises `Invalid`."""
    if not token:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(token), type=shape)
    except (ValueError, msgspec.DecodeError) as error:
        raise Invalid(
            "This page token was not given by this list.", reason="INVALID_PAGE_TOKEN", field="page_token"
        ) from error
