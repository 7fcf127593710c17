"""What passengers ask the company of the demo, and what it answers. All of them are invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SLUG = "night-line"
OWNER, AGENT = "maya", "priya"
VISITOR = "visitor"
"""Who speaks in a line that no agent says."""

BUSINESS: Mapping[str, Any] = {"name": "Night Line", "slug": SLUG, "time_zone": "Europe/Berlin"}
SETTINGS: Mapping[str, Any] = {
    "description": "Night trains along the eastern line: compartments, couchettes and a good breakfast.",
    "away_message": "The dispatcher sleeps while you travel. Write to us, and you will read our answer at breakfast.",
    "reply_within_minutes": 5,
    "theme": {
        "accent": "#3b4ba3",
        "greeting": "Good evening! Where does your night take you?",
        "launcher": "Ask the crew",
    },
    "form": {
        "fields": [
            {"key": "name", "kind": "text", "label": "Name", "required": True},
            {"key": "email", "kind": "email", "label": "E-mail"},
            {"key": "booking", "kind": "text", "label": "Booking number"},
        ],
        "consent": "You may keep what I write here to answer me.",
    },
    "hours": {
        "time_zone": "Europe/Berlin",
        "limited": True,
        "periods": [{"weekday": day, "opens": 6 * 60, "closes": 24 * 60} for day in range(1, 8)],
    },
}
REPLIES: Mapping[str, str] = {
    "hello": "Good evening {{visitor.name}}, this is {{agent.name}} of {{business.name}}. How can I help?",
    "luggage": "Each passenger may bring two pieces of luggage and one small bag. Bicycles travel in the first carriage.",
    "refund": "I have asked for your refund. It arrives within five working days, on the card that you paid with.",
    "breakfast": "Breakfast is served from an hour before arrival. Tell the attendant in the evening what you would like.",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor, what is said, and how the conversation is handled."""

    name: str
    lines: Sequence[tuple[str, str]]
    """Who says what; the first line is the visitor's."""
    email: str = ""
    booking: str = ""
    page: str = "https://night-line.example/timetable"
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What is set in the end, as the API takes it; `snooze_hours` snoozes."""
    assignee: str = ""
    """A username."""
    notes: Sequence[tuple[str, str]] = ()
    customer: str = ""
    """Who it is to the business, which says so with its key; empty for one that it does not know."""
    read: bool = True


VISITS = (
    Visit(
        "Thomas Lehmann",
        ((VISITOR, "Which platform does the 22:10 leave from?"), (AGENT, "From platform 4 tonight."), (VISITOR, "👍")),
        changes={"status": "resolved"},
        assignee=AGENT,
    ),
    Visit(
        "Inès Moreau",
        (
            (VISITOR, "Bonjour, puis-je emporter mon vélo dans le train de nuit ?"),
            (OWNER, "Bonsoir Inès ! Oui, dans la première voiture. Une place coûte 9 €."),
            (VISITOR, "Parfait, merci beaucoup 🚲"),
        ),
        email="ines@example.org",
        changes={"status": "resolved", "tags": ["bicycle"]},
        assignee=OWNER,
    ),
    Visit(
        "Oskar Nyberg",
        (
            (VISITOR, "I left a grey scarf in carriage 12, compartment 4, last night."),
            (AGENT, "I have asked the cleaning crew. They come back to me tomorrow."),
        ),
        email="oskar@example.org",
        booking="NL-20418",
        changes={"snooze_hours": 14, "tags": ["lost property"]},
        assignee=AGENT,
        notes=((AGENT, "Crew of train 470 answers after 10:00."),),
    ),
    Visit(
        "Aylin Demir",
        (
            (VISITOR, "My card was charged twice for the same couchette. The amounts are identical, a minute apart."),
            (OWNER, "I see both. I have asked the bank to take one back."),
        ),
        email="aylin@example.org",
        booking="NL-20977",
        page="https://night-line.example/booking/payment",
        changes={"status": "pending", "tags": ["payment", "refund"], "priority": "high"},
        assignee=OWNER,
        notes=((OWNER, "Bank reference in the ledger, row 311."), (AGENT, "Third one this week. Same payment page?")),
        customer="customer-1187",
    ),
    Visit(
        "נועה ברק",
        (
            (VISITOR, "שלום, האם יש ארוחת בוקר טבעונית ברכבת?"),
            (AGENT, "Yes, there is 🌱 Tell the attendant in the evening."),
        ),
        changes={"tags": ["breakfast"]},
        assignee=AGENT,
    ),
    Visit(
        "Bartholomew Featherstone-Haugh of the Upper Harbour Model Railway Society",
        (
            (
                VISITOR,
                "We are a group of fourteen, of whom two travel with folding wheelchairs, one with a guide dog and one "
                "with a model of the 1931 dining car that must not be tilted.\n\nCould we have neighbouring "
                "compartments, and may the dining car (the model) travel upright on a seat of its own? We would of "
                "course pay for it.",
            ),
        ),
        email="society@example.org",
        page="https://night-line.example/groups",
        changes={"tags": ["group"], "priority": "high"},
        read=False,
    ),
    Visit(
        "Kim",
        (
            (VISITOR, "hi, is the shower working again in the sleeping car?"),
            (OWNER, "It is! Since yesterday, and the water is hot."),
            (VISITOR, "wonderful 🚿"),
            (VISITOR, "and is there a hair dryer?"),
        ),
        assignee=OWNER,
        notes=((AGENT, "In the attendant's cupboard since June, ask for the blue one."),),
    ),
    Visit(
        "Sofia Marin",
        ((VISITOR, "The app says my train is 40 minutes late. Do I still reach the ferry at 07:15?"),),
        email="sofia@example.org",
        booking="NL-21033",
        page="https://night-line.example/trains/470",
        changes={"priority": "urgent"},
        customer="customer-2041",
        read=False,
    ),
    Visit(
        "Ravi",
        ((VISITOR, "Can I still change the date of my ticket?"),),
        page="https://night-line.example/tickets",
        read=False,
    ),
)
