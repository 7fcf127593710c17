"""Photographs that say where they were taken, in every way that their format knows."""

import io
import zlib
from typing import Any

from PIL import Image, ImageCms

SECRET = "secret"
"""Stands in all that must not be stored."""
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET} exif:GPSLatitude='50,5,0N'</x:xmpmeta>".encode()
_COORDINATE = (50.0, 5.0, 17.25)
_GPS, _CAMERA, _ORIENTATION = 0x8825, 0x010F, 0x0112


def pixels(turns: int = 0) -> Image.Image:
    """A picture of which each row and column differs."""
    picture = Image.linear_gradient("L").resize((60, 40))
    return Image.merge("RGB", (picture, picture.transpose(Image.Transpose.ROTATE_180), picture)).rotate(90 * turns)


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: camera and place, and which side is up."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_CAMERA] = SECRET
    place = exif.get_ifd(_GPS)
    place[1], place[2] = "N", _COORDINATE
    place[3], place[4] = "E", _COORDINATE
    place[27] = SECRET  # GPSProcessingMethod
    return exif


def profile() -> bytes:
    """Colours as a screen has them."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(kind: str, orientation: int = 1, frames: int = 1, **options: Any) -> bytes:
    """A photograph with its place, as a file."""
    options = {"exif": exif(orientation), "xmp": XMP, "comment": SECRET} | options
    if frames > 1:
        rest = [pixels(turn) for turn in range(1, frames)]
        options |= {"save_all": True, "append_images": rest, "duration": 120, "loop": 3}
    file = io.BytesIO()
    pixels().save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")
