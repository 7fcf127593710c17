"""WebP (RFC 9649), animated or not: chunks in a RIFF file, and chunks within those that are frames.

Kept are pixels, transparency, the ICC profile and what an animation needs. Exif is replaced by one with the orientation
alone; XMP and what nobody knows go, and the header no longer promises them.
"""

from message_service.stripping import orientation
from message_service.stripping.cursor import Cursor, Unreadable

_PIXELS = {b"ALPH", b"VP8 ", b"VP8L"}
_KEPT = _PIXELS | {b"VP8X", b"ANIM", b"ICCP"}
_FRAME = b"ANMF"
_FRAME_HEAD_BYTES = 16
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def matches(head: bytes) -> bool:
    """Whether a file begins as WebPs do."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def strip(content: bytes) -> bytes:
    """The image without its metadata."""
    cursor = Cursor(content)
    cursor.take(4)
    body = Cursor(cursor.take(cursor.number(4, "little")))
    body.take(4)
    chunks = _chunks(body)
    if not any(name in _PIXELS or name == _FRAME for name, _ in chunks):
        raise Unreadable("no pixels")
    exif = orientation.record(next((orientation.read(payload) for name, payload in chunks if name == b"EXIF"), 1))
    kept = [
        (name, _payload(name, payload, has_exif=bool(exif))) for name, payload in chunks if name in {*_KEPT, _FRAME}
    ]
    if exif and kept and kept[0][0] == b"VP8X":  # only this header can promise it
        kept.append((b"EXIF", exif))
    return _riff(b"WEBP" + _written(kept))


def _chunks(cursor: Cursor) -> list[tuple[bytes, memoryview]]:
    chunks = []
    while cursor:
        name, size = bytes(cursor.take(4)), cursor.number(4, "little")
        chunks.append((name, cursor.take(size)))
        if size % 2 and cursor:  # some writers leave out the last one
            cursor.take(1)
    return chunks


def _payload(name: bytes, payload: memoryview, *, has_exif: bool) -> bytes | memoryview:
    if name == b"VP8X":
        if not payload:
            raise Unreadable("a header without content")
        flags = payload[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if has_exif else 0)
        return bytes((flags,)) + bytes(payload[1:])
    if name == _FRAME:
        frame = Cursor(payload)
        head = frame.take(_FRAME_HEAD_BYTES)
        return bytes(head) + _written([chunk for chunk in _chunks(frame) if chunk[0] in _PIXELS])
    return payload


def _written(chunks: list[tuple[bytes, memoryview]] | list[tuple[bytes, bytes | memoryview]]) -> bytes:
    pieces: list[bytes | memoryview] = []
    for name, payload in chunks:
        pieces += [name, len(payload).to_bytes(4, "little"), payload, bytes(len(payload) % 2)]
    return b"".join(pieces)


def _riff(body: bytes) -> bytes:
    return b"RIFF" + len(body).to_bytes(4, "little") + body
