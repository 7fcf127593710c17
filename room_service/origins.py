"""Which pages may embed a business's widget: origins (RFC 6454), compared as browsers write them."""

import re
from collections.abc import Collection, Sequence

from mesh.errors import Invalid

ANY = "*"
MAX_ORIGINS = 50
_ORIGIN = re.compile(
    r"https?://(\*\.)?(?P<host>[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(:\d{1,5})?"
)


def checked(origins: Sequence[str]) -> tuple[str, ...]:
    """Return origins as they are kept, each once; raises `Invalid`. A port that the scheme has anyway is left out."""
    if len(origins) > MAX_ORIGINS:
        raise _invalid(f"A business has at most {MAX_ORIGINS} origins.")
    return tuple(dict.fromkeys(map(_checked, origins)))


def allows(allowed: Collection[str], origin: str) -> bool:
    """Whether one of the allowed origins is this one, or stands for it."""
    return any(candidate in allowed for candidate in standing_for(origin))


def standing_for(origin: str) -> list[str]:
    """Everything that, listed by a business, allows this origin; nothing for what is no origin, such as `null`."""
    origin = origin.lower()
    if _ORIGIN.fullmatch(origin) is None or "*" in origin:
        return []
    scheme, _, rest = origin.partition("://")
    labels = rest.split(".")
    parents = (".".join(labels[start:]) for start in range(1, len(labels)))
    return [origin, ANY, *(f"{scheme}://*.{parent}" for parent in parents)]


def _checked(text: str) -> str:
    origin = text.strip().lower().rstrip("/")
    if origin == ANY:
        return ANY
    if len(origin) > 200 or _ORIGIN.fullmatch(origin) is None:
        raise _invalid("An origin is written like https://shop.example or https://*.shop.example.")
    default_port = ":443" if origin.startswith("https:") else ":80"
    return origin.removesuffix(default_port)


def _invalid(message: str) -> Invalid:
    return Invalid(message, reason="INVALID_ORIGIN", field="allowed_origins")
