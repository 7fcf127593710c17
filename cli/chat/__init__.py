"""`parlance chat`: talk from a terminal, or from a script through pipes."""

import argparse

from cli.chat.app import run

__all__ = ["add_arguments", "run"]

DEFAULT_URL = "http://127.0.0.1:8000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command line may say; the names are those of `run`'s parameters."""
    parser.add_argument("url", nargs="?", default=DEFAULT_URL, metavar="URL", help=f"the server ({DEFAULT_URL})")
    parser.add_argument("--user", metavar="NAME", help="who you are; asked for if not given")
    parser.add_argument("--room", metavar="NAME", help="the room to begin in")
