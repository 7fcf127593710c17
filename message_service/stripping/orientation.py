"""Which side of a photograph is up: the one entry of its Exif that is needed to show it.

Exif 2.3 is a TIFF file in miniature: a header, and a directory of entries of 12 bytes each.
"""

from typing import Literal

from message_service.stripping.cursor import Cursor, Unreadable

UPRIGHT = 1
_LAST = 8
_TAG = 0x0112
_SHORT = 3
_PREFIX = b"Exif\0\0"
_ORDERS: dict[bytes, Literal["big", "little"]] = {b"MM\0*": "big", b"II*\0": "little"}


def read(exif: bytes | memoryview) -> int:
    """The orientation in an Exif record, 1 to 8; 1 also where it says none, or cannot be read."""
    try:
        return _find(exif[len(_PREFIX) :] if exif[: len(_PREFIX)] == _PREFIX else exif)
    except Unreadable:
        return UPRIGHT


def _find(tiff: bytes | memoryview) -> int:
    order = _ORDERS.get(bytes(tiff[:4]))
    if order is None:
        return UPRIGHT
    cursor = Cursor(tiff)
    cursor.take(4)
    cursor.place = cursor.number(4, order)
    for _ in range(cursor.number(2, order)):
        tag, kind, count = cursor.number(2, order), cursor.number(2, order), cursor.number(4, order)
        value = int.from_bytes(cursor.take(4)[:2], order)
        if tag == _TAG:
            return value if (kind, count) == (_SHORT, 1) and UPRIGHT <= value <= _LAST else UPRIGHT
    return UPRIGHT


def record(orientation: int) -> bytes:
    """An Exif record, beginning with its TIFF header, that says nothing but the orientation; none for what is upright."""
    if orientation == UPRIGHT:
        return b""
    numbers = ((1, 2), (_TAG, 2), (_SHORT, 2), (1, 4), (orientation, 2), (0, 2), (0, 4))
    return b"MM\0*" + (8).to_bytes(4, "big") + b"".join(value.to_bytes(size, "big") for value, size in numbers)
