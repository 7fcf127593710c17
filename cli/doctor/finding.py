"""What the doctor says of one thing that it looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for people; what is a warning or a fault says what to do."""

    mark: Mark
    subject: str
    text: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.mark in (Mark.OK, Mark.UNCHECKED)


def ok(subject: str, text: str) -> Finding:
    """All is well with this."""
    return Finding(Mark.OK, subject, text)


def warning(subject: str, text: str, advice: str) -> Finding:
    """It works, and will not for long or not well."""
    return Finding(Mark.WARNING, subject, text, advice)


def fault(subject: str, text: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(Mark.FAULT, subject, text, advice)


def unchecked(subject: str, text: str) -> Finding:
    """It was not looked at."""
    return Finding(Mark.UNCHECKED, subject, text)
