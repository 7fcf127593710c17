"""JPEG (ITU-T T.81): segments, each with a marker, and between them the encoded pixels.

Kept are the tables and the pixels, the header of JFIF, the ICC profile, Adobe's word on the colours, and the orientation.
What cameras append after the end goes too: films, other pictures of the same scene, each with metadata of its own.
"""

import re

from message_service.stripping import orientation
from message_service.stripping.cursor import Cursor, Unreadable

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_TABLES_AND_FRAMES = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD} - {0xC8}
_APPLICATION = range(0xE0, 0xF0)
_COMMENT = 0xFE
_JFIF, _EXIF, _ICC, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE

_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)
"""A marker may have any number of such bytes before it."""
_AFTER_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""A marker that is neither an escaped byte of pixels nor a restart among them."""
_JFIF_BYTES = 12
"""As much of JFIF's header as is not the size of a thumbnail, or the thumbnail."""


def matches(head: bytes) -> bool:
    """Whether a file begins as JPEGs do."""
    return head.startswith(b"\xff\xd8\xff")


def strip(content: bytes) -> bytes:
    """The image without its metadata."""
    cursor = Cursor(content)
    kept: list[bytes | memoryview] = [cursor.take(2)]
    oriented = has_pixels = False
    while (marker := _marker(content, cursor)) != _END:
        payload = cursor.take(_length(cursor))
        if marker == _EXIF and not oriented and bytes(payload[:6]) == b"Exif\0\0":
            oriented = True
            payload = memoryview(_exif(payload))
        else:
            payload = memoryview(_known(marker, payload))
        if payload:
            kept += [bytes((0xFF, marker)), (len(payload) + 2).to_bytes(2, "big"), payload]
        if marker == _SCAN:
            kept.append(_pixels(content, cursor))
            has_pixels = True
    if not has_pixels:
        raise Unreadable("no pixels")
    kept.append(bytes((0xFF, _END)))
    return b"".join(kept)


def _marker(content: bytes, cursor: Cursor) -> int:
    found = _MARKER.match(content, cursor.place)
    if found is None:
        raise Unreadable("no marker where one should be")
    return cursor.take(found.end() - cursor.place)[-1]


def _length(cursor: Cursor) -> int:
    length = cursor.number(2)
    if length < 2:
        raise Unreadable("a segment shorter than its length")
    return length - 2


def _known(marker: int, payload: memoryview) -> bytes | memoryview:
    """What is kept of a segment."""
    begin = bytes(payload[:12])
    if marker == _SCAN or marker in _TABLES_AND_FRAMES:
        return payload
    if marker == _JFIF and begin.startswith(b"JFIF\0"):
        return bytes(payload[:_JFIF_BYTES]) + b"\0\0"
    if (marker == _ICC and begin == b"ICC_PROFILE\0") or (marker == _ADOBE and begin.startswith(b"Adobe")):
        return payload
    if marker in _APPLICATION or marker == _COMMENT:
        return b""
    raise Unreadable("a marker of no use in an image")


def _exif(payload: memoryview) -> bytes:
    record = orientation.record(orientation.read(payload))
    return b"Exif\0\0" + record if record else b""


def _pixels(content: bytes, cursor: Cursor) -> memoryview:
    end = _AFTER_PIXELS.search(content, cursor.place)
    if end is None:
        raise Unreadable("the pixels have no end")
    return cursor.take(end.start() - cursor.place)
