import io

import pytest
from PIL import Image

from message_service import images
from tests.message_service import pictures


def thumbnail_of(content: bytes) -> Image.Image:
    picture = images.examine(io.BytesIO(content))
    assert picture is not None
    return Image.open(io.BytesIO(picture.thumbnail))


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "JPEG", "PNG", "WEBP"])
def test_an_image_has_its_type_and_its_size(kind: str) -> None:
    picture = images.examine(io.BytesIO(pictures.image(kind)))
    assert picture is not None
    assert (picture.media_type, picture.width, picture.height) == (f"image/{kind.lower()}", 600, 300)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_thumbnail_is_a_small_webp_whatever_the_colours_were(mode: str) -> None:
    thumbnail = thumbnail_of(pictures.image(mode=mode))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (480, 240))


def test_the_colours_of_print_become_those_of_screens() -> None:
    assert thumbnail_of(pictures.image("JPEG", mode="CMYK")).mode == "RGB"


def test_a_small_image_is_not_enlarged() -> None:
    assert thumbnail_of(pictures.image(size=(16, 9))).size == (16, 9)


def test_what_can_be_seen_through_stays_so() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(clear, "PNG")
    assert thumbnail_of(clear.getvalue()).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]  # RGBA has four


def test_an_image_that_lies_on_its_side_is_shown_upright() -> None:
    picture = images.examine(io.BytesIO(pictures.turned()))
    assert picture is not None
    assert (picture.width, picture.height) == (300, 600)
    thumbnail = Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")
    assert thumbnail.size == (240, 480)
    upper, lower = thumbnail.getpixel((120, 20)), thumbnail.getpixel((120, 460))
    (red, _, blue), (lower_red, _, lower_blue) = upper, lower  # type: ignore[misc]  # RGB has three
    assert red > blue
    assert lower_blue > lower_red


def test_a_thumbnail_says_nothing_of_where_it_comes_from() -> None:
    assert b"secret" in pictures.turned()
    thumbnail = thumbnail_of(pictures.turned())
    assert not thumbnail.getexif()
    picture = images.examine(io.BytesIO(pictures.turned()))
    assert picture is not None
    assert b"secret" not in picture.thumbnail


@pytest.mark.parametrize(
    "content",
    [
        pictures.image()[:400],
        pictures.image("JPEG")[:-600],
        pictures.bomb(),
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"no image",
    ],
    ids=["cut png", "cut jpeg", "too many pixels", "only a beginning", "drawing", "text"],
)
def test_what_is_broken_or_too_large_or_no_image_is_none(content: bytes) -> None:
    assert images.examine(io.BytesIO(content)) is None
