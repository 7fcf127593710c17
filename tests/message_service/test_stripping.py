import io
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageSequence, PngImagePlugin

from message_service import stripping
from tests.message_service import pictures
from tests.message_service.photographs import SECRET, XMP, chunk, exif, photograph, pixels, profile

KINDS = ["AVIF", "GIF", "JPEG", "PNG", "WEBP"]
ORIENTED = ["JPEG", "PNG", "WEBP"]
ANIMATED = ["AVIF", "GIF", "PNG", "WEBP"]


def stripped(content: bytes) -> bytes:
    result = stripping.strip(content)
    assert result is not None
    return result


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def shown(content: bytes) -> list[tuple[bytes, Any]]:
    """The pixels of each frame, and how long it is shown."""
    with opened(content) as image:
        return [
            (frame.convert("RGBA").tobytes(), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)
        ]


def assert_nothing_told(content: bytes) -> None:
    assert SECRET.encode() not in content
    assert b"GPS" not in content
    with opened(content) as image:
        image.load()
        assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        assert {*image.getexif()} <= {ExifTags.Base.Orientation}
        assert not {"xmp", "comment", "photoshop"} & {*image.info}


def extended(kind: str, content: bytes) -> bytes:
    """The photograph with what Pillow does not write: private parts, texts, and things after the end."""
    secret = SECRET.encode()
    if kind == "JPEG":
        more = (
            (0xE1, XMP),
            (0xE2, b"FPXR\0" + secret),
            (0xED, b"Photoshop 3.0\0" + secret),
            (0xE5, secret),
            (0xFE, secret),
        )
        segments = b"".join(bytes((0xFF, mark)) + (len(data) + 2).to_bytes(2, "big") + data for mark, data in more)
        return content[:2] + segments + content[2:] + content
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", secret)
        texts.add_text("Place", SECRET, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        with opened(content) as image:
            file = io.BytesIO()
            image.save(file, "PNG", pnginfo=texts, exif=exif(), save_all=getattr(image, "n_frames", 1) > 1)
        written = file.getvalue()
        return written[:33] + chunk(b"prVt", secret) + written[33:] + secret
    if kind == "WEBP":
        body = content[8:] + b"prVt" + len(secret).to_bytes(4, "little") + secret
        return b"RIFF" + len(body).to_bytes(4, "little") + body + secret
    if kind == "GIF":
        xmp = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        return content[:-1] + xmp + b"\x21\xfe" + bytes((len(secret),)) + secret + b"\0;" + secret
    box = (8 + len(secret)).to_bytes(4, "big") + b"uuid" + secret
    return content + box


@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_stay_and_what_is_told_of_them_goes(kind: str) -> None:
    before = extended(kind, photograph(kind))
    assert SECRET.encode() in before
    after = stripped(before)
    assert shown(after)[0] == shown(before)[0]
    assert_nothing_told(after)


@pytest.mark.parametrize("kind", ANIMATED)
def test_an_animation_keeps_its_frames_and_their_times(kind: str) -> None:
    before = extended(kind, photograph(kind, frames=3)) if kind != "PNG" else photograph(kind, frames=3)
    after = stripped(before)
    assert len(shown(after)) == 3
    assert shown(after) == shown(before)
    assert opened(after).info.get("loop") == opened(before).info.get("loop")
    assert_nothing_told(after)


@pytest.mark.parametrize("kind", ORIENTED)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_which_side_is_up_is_still_known(kind: str, orientation: int) -> None:
    after = stripped(photograph(kind, orientation))
    found = opened(after).getexif()
    assert found.get(ExifTags.Base.Orientation, 1) == orientation
    assert_nothing_told(after)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_says_which_side_is_up_without_exif(orientation: int) -> None:
    before = photograph("AVIF", orientation)
    assert opened(before).getexif().get(ExifTags.Base.Orientation, 1) == orientation
    after = stripped(before)
    assert opened(after).getexif().get(ExifTags.Base.Orientation, 1) == orientation
    assert_nothing_told(after)


@pytest.mark.parametrize("kind", ["AVIF", "JPEG", "PNG", "WEBP"])
def test_colours_stay_what_they_are(kind: str) -> None:
    after = stripped(photograph(kind, icc_profile=profile()))
    assert opened(after).info["icc_profile"] == profile()


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"quality": 100}])
def test_pixels_of_a_jpeg_are_copied_however_they_are_encoded(options: dict[str, Any]) -> None:
    before = photograph("JPEG", **options)
    assert shown(stripped(before)) == shown(before)


def test_the_colours_of_print_stay_as_they_are_marked() -> None:
    before = pictures.image("JPEG", mode="CMYK")
    assert b"Adobe" in stripped(before)
    assert shown(stripped(before)) == shown(before)


def test_pictures_after_the_end_of_a_jpeg_go() -> None:
    file = io.BytesIO()
    pixels().save(file, "MPO", save_all=True, append_images=[pixels(1)], exif=exif())
    before = file.getvalue()
    assert opened(before).format == "MPO"
    after = stripped(before)
    assert opened(after).format == "JPEG"
    assert shown(after)[0] == shown(before)[0]
    assert_nothing_told(after)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}])
def test_a_webp_no_longer_promises_what_is_gone(options: dict[str, Any]) -> None:
    after = stripped(photograph("WEBP", **options))
    assert (after[12:16], after[20] & 0x0C) == (b"VP8X", 0)
    assert int.from_bytes(after[4:8], "little") == len(after) - 8


def test_places_are_taken_out_of_a_heic_too() -> None:
    before = photograph("AVIF").replace(b"ftypavif", b"ftypheic").replace(b"av01Color", b"hvc1Color")
    after = stripped(before)
    assert len(after) == len(before)
    assert SECRET.encode() not in after


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_without_metadata_stays_byte_for_byte(kind: str) -> None:
    content = pictures.image(kind)
    assert stripped(content) == content


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_stripped_stays_as_it_is(kind: str) -> None:
    once = stripped(extended(kind, photograph(kind, 6)))
    assert stripped(once) == once


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_read_whole_or_not_at_all(kind: str) -> None:
    content = photograph(kind)
    for size in range(len(content)):
        assert stripping.strip(content[:size]) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frames", [1, 3])
def test_what_is_broken_is_read_or_not_but_never_breaks_anything(kind: str, frames: int) -> None:
    content = photograph(kind, frames=1 if kind == "JPEG" else frames)
    for place in range(min(len(content), 2000)):
        for value in (0x00, 0xFF, content[place] ^ 0x01):
            stripping.strip(content[:place] + bytes((value,)) + content[place + 1 :])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no image",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 100,
        b"GIF89a\1\0\1\0\0\0\0;",
        b"RIFF\x0c\0\0\0WEBPprVt\0\0\0\0",
        pictures.image()[:33] + pictures.image()[-12:],
        b"\0\0\0\x0cftypavif",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_has_no_pixels_is_no_image(content: bytes) -> None:
    assert stripping.strip(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8" + b"\xff\xe5\0\x03x" * 2_000_000,
        b"\xff\xd8" + b"\xff" * 10_000_000,
        b"\xff\xd8\xff\xda\0\x03x" + b"\xff" * 10_000_000,
        b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\1x" * 5_000_000,
    ],
    ids=["segments", "fill", "fill in pixels", "pieces"],
)
def test_a_file_made_to_keep_us_busy_is_given_up(content: bytes) -> None:
    assert stripping.strip(content) is None  # what is quadratic takes hours


def test_a_candidate_is_told_by_its_first_bytes() -> None:
    assert all(stripping.is_candidate(photograph(kind)[: stripping.HEAD_BYTES]) for kind in KINDS)
    assert not stripping.is_candidate(b"no image")
