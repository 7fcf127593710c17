"""Whether a text says something: one answer, for the edge that asks before it begins and the service that stores."""

import unicodedata


def says_something(text: str) -> bool:
    """Whether there is anything in a text that is neither space nor invisible."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)
