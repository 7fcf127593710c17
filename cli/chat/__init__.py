"""`parlance chat`: talk from a terminal, or from a script through pipes."""

from cli.chat.app import run

__all__ = ["run"]
