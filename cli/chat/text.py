"""Text as a terminal shows it: cleaned of what would steer the terminal, cut and wrapped by the columns that it takes."""

import unicodedata
from collections.abc import Iterator

from prompt_toolkit.utils import get_cwidth

_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def clean(text: str) -> str:
    """Make a stranger's text safe to print: line ends stay, tabs become spaces, other control characters are shown as �.

    Characters that turn the direction of text are left out, for they could make one message look like two.
    """
    return "".join(map(_clean_character, text.replace("\r\n", "\n")))


def clean_line(text: str) -> str:
    """Make a stranger's text safe to print within one line."""
    return " ".join(clean(text).split())


def cut(text: str, columns: int) -> str:
    """Shorten to so many columns, with an ellipsis where something is missing."""
    if get_cwidth(text) <= columns:
        return text
    kept = ""
    for character in text:
        if get_cwidth(kept + character) >= columns:
            break
        kept += character
    return kept.rstrip() + "…"


def pad(text: str, columns: int) -> str:
    """Cut or fill up to exactly so many columns."""
    text = cut(text, columns)
    return text + " " * (columns - get_cwidth(text))


def wrap(text: str, columns: int) -> list[str]:
    """Break into lines of at most so many columns, between words where possible. Line ends in the text stay."""
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, max(columns, 2))]


def _wrap_paragraph(paragraph: str, columns: int) -> Iterator[str]:
    line = ""
    for word in _words(paragraph, columns):
        if line and get_cwidth(line + word.rstrip()) > columns:
            yield line.rstrip()
            line = ""
        line += word
    yield line.rstrip()


def _words(paragraph: str, columns: int) -> Iterator[str]:
    """Words with the spaces behind them; one that is wider than a line comes in pieces."""
    word = ""
    for character in paragraph:
        ends = word.endswith(" ") and character != " "
        if ends or get_cwidth(word.rstrip() + character) > columns:
            yield word
            word = ""
        word += character
    yield word


def _clean_character(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    if character == "\t":
        return "    "
    if unicodedata.bidirectional(character) in _DIRECTION:
        return ""
    return character if unicodedata.category(character) in {"Cf", "Zs", "Co"} else "�"
