"""Long lists, a page at a time."""

from typing import Annotated

from msgspec import Meta, Struct


class PageQuery(Struct, frozen=True, kw_only=True):
    """Which page of a list."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    """How many at most."""
    page_token: Annotated[str, Meta(max_length=500, pattern="^[!-~]*$")] = ""
    """`next` of the page before; the first page when it is left out."""


class PrefixQuery(PageQuery, frozen=True, kw_only=True):
    """Which page of what begins with some letters."""

    prefix: Annotated[str, Meta(max_length=80)] = ""
    """Only names that begin with this, without regard to case."""


class Page(Struct, frozen=True, kw_only=True):
    """A part of a list."""

    next: str | None
    """Asks for the next page when given as `page_token`; null on the last one."""
