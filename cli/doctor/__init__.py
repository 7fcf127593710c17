"""`parlance doctor`: looks an installation over, and says of each finding what to do about it."""

from cli.doctor.app import run

__all__ = ["run"]
