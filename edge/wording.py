"""What the pages of a business say by themselves, in the visitor's language. What the business says stays as it is."""

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts in one language."""

    language: str
    """As BCP 47 has it."""
    hours: str
    zone: str
    closed: str
    weekdays: tuple[str, ...]
    """Monday first."""
    months: tuple[str, ...]
    day_and_month: str
    missing_title: str
    missing: str
    missing_advice: str
    start: str

    def day(self, day: date) -> str:
        """A day of this year, such as "24 December"."""
        return self.day_and_month.format(day=day.day, month=self.months[day.month - 1])


ENGLISH = Wording(
    language="en",
    hours="Opening hours",
    zone="In the time of {zone}.",
    closed="closed",
    weekdays=tuple(calendar.day_name),
    months=tuple(calendar.month_name)[1:],
    day_and_month="{day} {month}",
    missing_title="Not found",
    missing="There is no such business.",
    missing_advice="The address may have been mistyped, or the business has taken another. Ask where you have found it.",
    start="Go to the start",
)
GERMAN = Wording(
    language="de",
    hours="Öffnungszeiten",
    zone="Nach der Uhr von {zone}.",
    closed="geschlossen",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    day_and_month="{day}. {month}",
    missing_title="Nicht gefunden",
    missing="Dieses Unternehmen gibt es hier nicht.",
    missing_advice="Vielleicht enthält die Adresse einen Tippfehler, oder das Unternehmen hat jetzt eine andere. "
    "Fragen Sie dort nach, wo Sie die Adresse gefunden haben.",
    start="Zur Startseite",
)
_WORDINGS = {wording.language: wording for wording in (ENGLISH, GERMAN)}
_MAX_LANGUAGES = 20


def preferred(accept_language: str) -> Wording:
    """The wording that a browser asks for, by `Accept-Language` (RFC 9110, section 12.5.4); English where none is known."""
    asked = [_asked(item) for item in accept_language.split(",")[:_MAX_LANGUAGES]]
    for language, quality in sorted(asked, key=lambda each: -each[1]):  # of the same quality, the first
        if quality > 0 and language in _WORDINGS:
            return _WORDINGS[language]
    return ENGLISH


def _asked(item: str) -> tuple[str, float]:
    """One item of the header: its language without the region, and how much it is wanted."""
    tag, _, parameter = item.partition(";")
    name, _, value = parameter.partition("=")
    try:
        quality = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return tag.strip().partition("-")[0].lower(), quality
