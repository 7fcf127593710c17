"""Looks at images: what they are, how large, and a small picture of them.

Blocking, and not cheap: decoding the largest one takes two seconds and 900 MB. `image_pool` does it elsewhere.
"""

import io
from typing import BinaryIO

from msgspec import Struct
from PIL import AvifImagePlugin, ExifTags, Image, ImageOps

MAX_PIXELS = 50_000_000
"""What is larger is not decoded: a few kilobytes can claim to be gigabytes."""
THUMBNAIL_PIXELS = 480
THUMBNAIL_TYPE = "image/webp"

_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
_QUARTER_TURNED = (5, 6, 7, 8)
"""Orientations (Exif 2.3, tag 0x0112) in which width and height change places."""

Image.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` is looked at first; this one would only warn
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each would take memory of its own


class Picture(Struct, frozen=True):
    """An image as it is to be shown: upright."""

    media_type: str
    width: int
    height: int
    thumbnail: bytes
    """Of type `THUMBNAIL_TYPE`, without the original's metadata."""


def examine(file: BinaryIO) -> Picture | None:
    """Look at a file; None for what is no image, is broken, or has more than `MAX_PIXELS`."""
    try:
        with Image.open(file, formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return None
            if image.getexif().get(ExifTags.Base.Orientation) in _QUARTER_TURNED:
                width, height = height, width
            return Picture(Image.MIME[image.format or ""], width, height, _thumbnail(image))
    except Exception:  # decoders raise all kinds of things for what somebody made up
        return None


def _thumbnail(image: Image.Image) -> bytes:
    size = (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS)
    image.draft("RGB", (2 * THUMBNAIL_PIXELS, 2 * THUMBNAIL_PIXELS))  # JPEG can be decoded at a fraction of its size
    mode = "RGBA" if image.has_transparency_data else "RGB"
    orientation = image.getexif().get(ExifTags.Base.Orientation)
    small = image if image.mode == mode else image.convert(mode)
    small.thumbnail(size)
    upright = ImageOps.exif_transpose(small) if orientation else small
    plain = Image.frombytes(mode, upright.size, upright.tobytes())  # nothing but pixels
    encoded = io.BytesIO()
    plain.save(encoded, "WEBP", quality=80)
    return encoded.getvalue()
