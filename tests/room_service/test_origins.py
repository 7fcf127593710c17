import pytest

from mesh.errors import Invalid
from room_service import origins


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Shop.example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("*", "*"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written: str, kept: str) -> None:
    assert origins.checked([written]) == (kept,)


@pytest.mark.parametrize(
    "written", ["shop.example", "https://shop.example/path", "ftp://shop.example", "https://a b", "null", "https://*"]
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        origins.checked([written])


@pytest.mark.parametrize(
    ("allowed", "origin", "allows"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://shop.example", "https://www.shop.example", False),
        ("https://*.shop.example", "https://www.shop.example", True),
        ("https://*.shop.example", "https://a.b.shop.example", True),
        ("https://*.shop.example", "https://shop.example", False),
        ("https://*.shop.example", "https://evilshop.example", False),
        ("https://*.shop.example", "https://shop.example.evil.example", False),
        ("*", "https://anywhere.example", True),
        ("*", "null", False),
        ("*", "*", False),
    ],
)
def test_an_origin_is_allowed_by_what_stands_for_it(allowed: str, origin: str, allows: bool) -> None:
    assert origins.allows([allowed], origin) is allows
