"""Images to upload."""

import io
import zlib
from typing import Any

from PIL import Image


def image(kind: str = "PNG", size: tuple[int, int] = (600, 300), mode: str = "RGB", **options: Any) -> bytes:
    """An image whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    file = io.BytesIO()
    picture.convert(mode).save(file, kind, **options)
    return file.getvalue()


def turned() -> bytes:
    """A JPEG that says of itself that it lies on its side, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a secret camera"
    return image("JPEG", exif=exif)


def bomb() -> bytes:
    """A PNG of a few bytes that claims to have 100,000 × 100,000 pixels."""
    png = bytearray(image())
    header = b"IHDR" + (100_000).to_bytes(4, "big") * 2 + bytes(png[24:29])
    png[12:33] = header + zlib.crc32(header).to_bytes(4, "big")
    return bytes(png)
