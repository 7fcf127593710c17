"""What the demo shows: a small company that runs night trains, and everything that its people say.

The conversations are played in this order, so the last one stands on top of everybody's list of rooms.
"""

from cli.demo.conversations import coffee_corner, direct, engineering, general, language_cafe, launch_night
from cli.demo.conversations.cast import CAST, EVERYBODY
from cli.demo.script import Conversation

__all__ = ["CAST", "CONVERSATIONS"]

BOOK_CLUB = Conversation(
    name="book-club",
    topic="One book a month. Somebody has to propose the first one.",
    members=EVERYBODY,
)

CONVERSATIONS = (
    BOOK_CLUB,
    language_cafe.LANGUAGE_CAFE,
    coffee_corner.COFFEE_CORNER,
    direct.WITH_AMIRA,
    direct.LUCA_WITH_SAM,
    coffee_corner.SURPRISE,
    direct.WITH_THEODORA,
    launch_night.LAUNCH_NIGHT,
    engineering.ENGINEERING,
    direct.WITH_RIN,
    general.GENERAL,
)
