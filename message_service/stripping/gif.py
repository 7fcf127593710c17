"""GIF (89a), animated or not: blocks, whose data come in pieces of 255 bytes at most.

Kept are pixels, palettes, what governs a frame, how often to repeat and the ICC profile. Comments, texts, XMP and what
other applications have written go.
"""

from message_service.stripping.cursor import Cursor, Unreadable

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_GOVERNS_FRAME, _APPLICATION = 0xF9, 0xFF
_APPLICATIONS = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
_HAS_PALETTE, _PALETTE_SIZE = 0x80, 0x07


def matches(head: bytes) -> bool:
    """Whether a file begins as GIFs do."""
    return head.startswith((b"GIF87a", b"GIF89a"))


def strip(content: bytes) -> bytes:
    """The image without its metadata."""
    whole = memoryview(content)
    cursor = Cursor(content)
    cursor.take(6)
    _palette(cursor, cursor.take(7)[4])
    kept = [whole[: cursor.place]]
    while True:
        begin = cursor.place
        kind = cursor.number(1)
        if kind == _END:
            if len(kept) == 1:
                raise Unreadable("no pixels")
            return b"".join([*kept, whole[begin : cursor.place]])
        if _read_block(cursor, kind):
            kept.append(whole[begin : cursor.place])


def _read_block(cursor: Cursor, kind: int) -> bool:
    """Go to the end of a block; returns whether it is kept."""
    if kind == _IMAGE:
        _palette(cursor, cursor.take(9)[8])
        cursor.take(1)  # of how many bits the codes are
        _read_pieces(cursor)
        return True
    if kind != _EXTENSION:
        raise Unreadable("an unknown block")
    label = cursor.number(1)
    application = bytes(_read_pieces(cursor)) if label == _APPLICATION else _read_pieces(cursor)
    return label == _GOVERNS_FRAME or (label == _APPLICATION and application in _APPLICATIONS)


def _palette(cursor: Cursor, flags: int) -> None:
    if flags & _HAS_PALETTE:
        cursor.take(3 * 2 ** ((flags & _PALETTE_SIZE) + 1))


def _read_pieces(cursor: Cursor) -> memoryview:
    """Go to the end of a block's data; returns the first piece."""
    first = piece = cursor.take(cursor.number(1))
    while piece:
        piece = cursor.take(cursor.number(1))
    return first
