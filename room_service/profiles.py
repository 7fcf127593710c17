"""How a business presents itself: what may be said, and how it may look."""

import re
from dataclasses import replace

from mesh.errors import Invalid
from room_service.business_model import Theme

MAX_NAME = 80
_MAX_TEXT = 500
_MAX_URL = 500
MAX_REPLY_MINUTES = 7 * 24 * 60
_MAX_GREETING = 200
_MAX_LAUNCHER = 40
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PICTURE = re.compile(r"https://[^\s\"'<>\\]+")


def checked_name(name: str) -> str:
    """Return a business's name as it is kept; raises `Invalid`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise _invalid(f"The name of a business has 1 to {MAX_NAME} characters.", "name")
    return name


def checked_text(text: str, field: str) -> str:
    """Return a description or an away message as it is; raises `Invalid`."""
    if len(text) > _MAX_TEXT:
        raise _invalid(f"This has at most {_MAX_TEXT} characters.", field)
    return text


def checked_logo(address: str) -> str:
    """Return a logo's address as it is, or nothing; raises `Invalid`. Only https: a page that is safe stays so."""
    if address and (len(address) > _MAX_URL or _PICTURE.fullmatch(address) is None):
        raise _invalid("A logo is an address that begins with https://.", "logo_url")
    return address


def checked_reply(minutes: int) -> int:
    """Return a promised time to answer as it is, 0 for none; raises `Invalid`."""
    if not 0 <= minutes <= MAX_REPLY_MINUTES:
        raise _invalid(
            f"An answer is promised within 1 to {MAX_REPLY_MINUTES} minutes; 0 promises nothing.",
            "reply_within_minutes",
        )
    return minutes


def checked_theme(theme: Theme) -> Theme:
    """Return a theme as it is kept; raises `Invalid`."""
    accent = theme.accent.lower()
    if _COLOUR.fullmatch(accent) is None:
        raise _invalid("A colour is written like #0b6e99.", "theme.accent")
    if len(theme.greeting) > _MAX_GREETING:
        raise _invalid(f"A greeting has at most {_MAX_GREETING} characters.", "theme.greeting")
    if len(theme.launcher) > _MAX_LAUNCHER:
        raise _invalid(f"The launcher says at most {_MAX_LAUNCHER} characters.", "theme.launcher")
    return replace(theme, accent=accent)


def _invalid(message: str, field: str) -> Invalid:
    return Invalid(message, reason="INVALID_PROFILE", field=field)
