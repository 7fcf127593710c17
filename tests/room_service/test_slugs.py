import pytest

from mesh.errors import Invalid
from room_service import slugs


@pytest.mark.parametrize("slug", ["acme", "acme-tools", "a1b", "x" * 40])
def test_letters_digits_and_single_hyphens_make_a_slug(slug: str) -> None:
    assert slugs.checked(slug) == slug


@pytest.mark.parametrize("slug", ["", "ab", "Acme", "a--b", "-acme", "acme-", "a_b", "äpfel", "a/b", "x" * 41])
def test_anything_else_is_none(slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        slugs.checked(slug)
    assert refused.value.reason == "INVALID_SLUG"


@pytest.mark.parametrize("slug", ["api", "admin", "widget", "well-known"])
def test_words_of_ours_are_reserved(slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        slugs.checked(slug)
    assert refused.value.reason == "SLUG_RESERVED"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Café Müller & Söhne", "cafe-muller-sohne"), ("  ACME  Inc. ", "acme-inc"), ("a" * 60, "a" * 40)],
)
def test_a_slug_resembles_the_name_that_it_is_made_from(name: str, slug: str) -> None:
    assert slugs.made_from(name) == slug


def test_a_name_of_which_nothing_can_be_used_makes_no_slug() -> None:
    with pytest.raises(Invalid):
        slugs.made_from("東京")
