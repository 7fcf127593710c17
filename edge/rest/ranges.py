"""Which part of a file a request wants (RFC 9110, section 14)."""

import re

from aiohttp import hdrs, web

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


def wanted(request: web.Request, size: int, etag: str) -> range | None:
    """The positions of the wanted bytes; None for all of them, also where several parts at once are wanted.

    Raises HTTP 416 when the file has no such bytes.
    """
    match = _RANGE.fullmatch(request.headers.get(hdrs.RANGE, ""))
    if match is None or request.headers.get(hdrs.IF_RANGE, etag) != etag:
        return None
    first, last = (int(text) if text else None for text in match.groups())
    if first is None:
        if last is None:
            return None
        positions = range(max(0, size - last), size)
    else:
        if last is not None and last < first:
            return None
        positions = range(first, size if last is None else min(last + 1, size))
    if not positions:
        raise web.HTTPRequestRangeNotSatisfiable(headers={hdrs.CONTENT_RANGE: f"bytes */{size}"})
    return positions
