"""PNG (W3C, third edition), animated or not: chunks, each with a name and a checksum.

Kept are those that hold pixels, colours, transparency and time of frames. Exif is replaced by one with the orientation
alone; texts, the time of the last change and what nobody knows go.
"""

import zlib

from message_service.stripping import orientation
from message_service.stripping.cursor import Cursor, Unreadable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_COLOURS = {b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs"}
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
_KEPT = _CRITICAL | _COLOURS | _ANIMATION
_IS_ANCILLARY = 0x20
"""The bit of a name's first letter that says that the image can be shown without the chunk."""


def matches(head: bytes) -> bool:
    """Whether a file begins as PNGs do."""
    return head.startswith(_SIGNATURE)


def strip(content: bytes) -> bytes:
    """The image without its metadata."""
    cursor = Cursor(content)
    kept: list[bytes | memoryview] = [cursor.take(len(_SIGNATURE))]
    names: set[bytes] = set()
    name = b""
    while name != b"IEND":
        head = cursor.take(8)
        name = bytes(head[4:])
        payload = cursor.take(int.from_bytes(head[:4], "big"))
        checksum = cursor.take(4)
        if (name == b"IHDR") != (not names):
            raise Unreadable("not one header, at the beginning")
        if name in _KEPT:
            kept += [head, payload, checksum]
        elif name == b"eXIf" and name not in names:
            kept.append(_exif(payload))
        elif not name[0] & _IS_ANCILLARY:
            raise Unreadable("an unknown chunk that is needed")
        names.add(name)
    if b"IDAT" not in names:
        raise Unreadable("no pixels")
    return b"".join(kept)


def _exif(payload: memoryview) -> bytes:
    record = orientation.record(orientation.read(payload))
    if not record:
        return b""
    return len(record).to_bytes(4, "big") + b"eXIf" + record + zlib.crc32(b"eXIf" + record).to_bytes(4, "big")
