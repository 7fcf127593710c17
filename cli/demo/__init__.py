"""`parlance demo`: fills a running, empty installation with something to see."""

from cli.demo.app import run

__all__ = ["run"]
