"""The names of businesses in addresses."""

import re
import unicodedata

from mesh.errors import Invalid

MAX_CHARACTERS = 40
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED_WORDS = """
    about account accounts admin administrator agent agents api app assets auth billing blog business businesses chat
    contact dashboard demo docs download favicon help home inbox index legal login logout mail openapi parlance pricing
    privacy public register root security settings setup signup static status support system team terms test user users
    web well-known widget www
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words that stand, or may come to stand, for something of ours."""


def checked(slug: str) -> str:
    """Return a slug as it is kept; raises `Invalid`."""
    if not 3 <= len(slug) <= MAX_CHARACTERS or _SLUG.fullmatch(slug) is None:
        raise Invalid(
            f"A slug is 3 to {MAX_CHARACTERS} of the letters a to z, digits and single hyphens between them.",
            reason="INVALID_SLUG",
            field="slug",
        )
    if slug in RESERVED:
        raise Invalid("This slug is reserved. Choose another one.", reason="SLUG_RESERVED", field="slug")
    return slug


def made_from(name: str) -> str:
    """A slug that resembles a name, for those who give none; raises `Invalid` when nothing of it can be used."""
    ascii_letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return checked("-".join(re.findall(r"[a-z0-9]+", ascii_letters))[:MAX_CHARACTERS].rstrip("-"))


def numbered(slug: str, number: int) -> str:
    """Another slug that resembles one, cut where it would be too long."""
    end = f"-{number}"
    return slug[: MAX_CHARACTERS - len(end)].rstrip("-") + end
