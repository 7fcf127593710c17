"""Where everybody meets."""

from cli.demo.conversations.cast import EVERYBODY
from cli.demo.script import Conversation, Line

GENERAL = Conversation(
    name="general",
    topic="News and plans for everybody at Nightjar",
    members=EVERYBODY,
    lines=(
        Line(
            "maya",
            "Good morning! Since Tuesday night you can book a bed from Hamburg to Trieste. "
            "Thank you all, and especially the people who stayed up for it.",
            label="launch",
            reactions={"🎉": "jonas rin priya sam theodora", "❤️": "amira luca", "🚂": "jonas theodora"},
        ),
        Line("jonas", "I slept through my alarm for the first time in six weeks. Best launch ever."),
        Line("priya", "412 bookings on the first night. We had hoped for 150.", reactions={"🤯": "maya sam luca"}),
        Line("sam", "And only one complaint so far: the pillows are too good, he missed his stop 😄"),
        Line(
            "luca",
            "The first article is out: https://en.wikipedia.org/wiki/Night_train is what they link to "
            "for “what even is a night train”. We have work to do.",
            edited="The first article is out! For “what even is a night train” they link to "
            "https://en.wikipedia.org/wiki/Night_train, so we have some work to do.",
        ),
        Line("rin", "おめでとうございます！ 🎊", reactions={"🎊": "maya"}),
        Line("amira", "مبروك للجميع! كانت ليلة طويلة ولكنها جميلة.", reactions={"❤️": "maya theodora"}),
        Line(
            "theodora",
            "Seen from the control room it was wonderfully dull. Departure 21:14 on the minute, Würzburg +3, Munich +1, "
            "Tarvisio on time, and in Trieste they had to wait outside for the platform because nobody there had "
            "expected us to be early. I have asked them to get used to it. The crew sends its regards and asks for "
            "stronger coffee in car 4.",
            reactions={"👏": "maya jonas priya sam luca", "☕": "luca"},
        ),
        Line("sam", "Who has the spare key for the bike cellar?", deleted=True),
        Line("maya", "@priya could you show the numbers at four? Ten minutes are enough.", label="ask"),
        Line("priya", "Gladly. I will bring the map with the stops that people searched for.", reply_to="ask"),
        Line(
            "jonas",
            "Three things for this week:\n"
            "• the timetable for spring has to be final on Friday\n"
            "• @luca needs photos of the new compartments, in daylight\n"
            "• nobody deploys on Thursday evening. Nobody. I know who you are.",
            label="week",
            reactions={"👀": "rin", "✅": "luca priya"},
        ),
        Line("rin", "I was that person once. I have grown.", reply_to="week", reactions={"😂": "jonas maya sam amira"}),
        Line("luca", "Photos: tomorrow at ten, track 7. The sun comes in from the left then."),
        Line("maya", "Perfect. And cake is in the kitchen, while it lasts.", label="cake"),
        Line("sam", "It did not last.", reply_to="cake", reactions={"😭": "jonas rin theodora luca"}),
        Line("priya", "🍰🙏"),
    ),
)
