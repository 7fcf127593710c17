import pytest

from mesh.errors import Invalid
from room_service import pages


def test_a_token_brings_its_position_back() -> None:
    assert pages.position(pages.token((7, "ada")), tuple[pages.Time, str]) == (7, "ada")
    assert pages.position(pages.token("Lobby ✨"), str) == "Lobby ✨"
    assert pages.position("", str) is None


@pytest.mark.parametrize("token", ["x", "é", "AAAA", pages.token("text"), pages.token((-1, "ada")), "W1tb"])
def test_a_token_of_something_else_is_refused(token: str) -> None:
    with pytest.raises(Invalid) as raised:
        pages.position(token, tuple[pages.Time, str])
    assert (raised.value.reason, raised.value.field) == ("INVALID_PAGE_TOKEN", "page_token")


def test_the_size_of_a_page_has_a_default_and_a_limit() -> None:
    assert [pages.checked_size(size, default=50, at_most=100) for size in (0, 1, 100)] == [50, 1, 100]
    for size in (-1, 101):
        with pytest.raises(Invalid, match="1 to 100"):
            pages.checked_size(size, default=50, at_most=100)
