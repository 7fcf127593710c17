"""Takes out of images what they tell of where, when, with what and by whom they were made, and leaves their pixels alone.

Pillow can write an image without its metadata, but only by encoding it anew, which costs a photograph quality and an
animation its timing. Libraries that edit metadata know one format or two, and take out what they know; what they do not
know stays. So each format has a small reader of our own here. It reads the container, not the pixels, copies the parts
that are known to be needed to show the image, and drops everything else, what follows the image's end too. It reads a
file whole or not at all: one that breaks the rules of its format is left as it is, and is no image to us.

Of the metadata one number stays: the orientation, in a record that holds nothing else.
"""

from collections.abc import Callable

from message_service.stripping import gif, heif, jpeg, png, webp
from message_service.stripping.cursor import Unreadable

_FORMATS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], bytes]], ...] = (
    (gif.matches, gif.strip),
    (heif.matches, heif.strip),
    (jpeg.matches, jpeg.strip),
    (png.matches, png.strip),
    (webp.matches, webp.strip),
)

HEAD_BYTES = 12
"""How much of a file it takes to tell whether it may be an image."""


def is_candidate(head: bytes) -> bool:
    """Whether a file that begins with these bytes calls itself an image of one of the formats."""
    return any(matches(head) for matches, _ in _FORMATS)


def strip(content: bytes) -> bytes | None:
    """The image without its metadata; None for what cannot be read as one."""
    for matches, strip_format in _FORMATS:
        if matches(content[:HEAD_BYTES]):
            try:
                return strip_format(content)
            except Unreadable:
                return None
    return None
