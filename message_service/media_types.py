"""What kind of file somebody has sent: as its bytes say, out of a short list. Images are told by `images`."""

import codecs
import unicodedata

import puremagic

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
HEAD_BYTES = 4096
"""How much of a file it takes to tell."""

_KNOWN = {
    "application/gzip": "application/gzip",
    "application/x-gzip": "application/gzip",
    "application/pdf": "application/pdf",
    "application/zip": "application/zip",
    "audio/flac": "audio/flac",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/wav": "audio/wav",
    "video/mp4": "video/mp4",
    "video/webm": "video/webm",
}
"""The names that the library has for what we know, and ours. What is left out, pages and drawings with scripts among them,
is of no known type."""

_BY_EXTENSION = {".m4a": "audio/mp4", ".zip": "application/zip"}
"""What the library tells from others by the extension that it would have."""


def sniff(head: bytes) -> str:
    """The media type of a file that begins with these bytes."""
    matches = _matches(head)
    for match in matches:
        if match.extension in _BY_EXTENSION:
            return _BY_EXTENSION[match.extension]
    unknown = TEXT if _is_text(head) else UNKNOWN
    return next((_KNOWN[match.mime_type] for match in matches if match.mime_type in _KNOWN), unknown)


def _matches(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    """What the library takes it for, the likeliest first."""
    try:
        return puremagic.magic_string(head) if head else []
    except puremagic.PureError:  # nothing that it knows
        return []


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # its last character may be cut
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text)
