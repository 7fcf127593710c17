"""Between two people."""

from cli.demo.script import Conversation, Line, dialogue

WITH_RIN = Conversation(
    kind="direct",
    members=("maya", "rin"),
    lines=dialogue("""
maya: Do you have a minute for the seat map?
rin: Sure. Is it the lower berths again?
maya: Yes. On my phone the window seats are cut off.
rin: Found it, a fixed width from two years ago. Fix is on its way.
maya: You are the best 🙌
rin: It is live. Could you look once more on your phone?
"""),
    unread=1,
)

WITH_AMIRA = Conversation(
    kind="direct",
    members=("maya", "amira"),
    lines=(
        Line("amira", "صباح الخير مايا! هل قرأتِ الترجمة الجديدة لصفحة الحجز؟"),
        Line("maya", "صباح النور! Not yet. Is the date picker right-to-left now?", label="picker"),
        Line("amira", "نعم، ولكن رقم الهاتف كان معكوسًا. أصلحتُه الآن."),
        Line("maya", "Thank you, that one would have hurt.", reactions={"🌙": "amira"}),
        Line("amira", "I'll write the test in English, so that everybody can read why it is there.", reply_to="picker"),
        Line("maya", "👍"),
    ),
)

WITH_THEODORA = Conversation(
    kind="direct",
    members=("maya", "theodora"),
    lines=(
        Line(
            "theodora",
            "The night in short: all three trains are in. The 408 stood in Villach for eleven minutes because of a cow.",
            reactions={"🐄": "maya"},
        ),
        Line("maya", "A cow?"),
        Line("theodora", "A calm one. The report says “left in the direction of Italy”."),
        Line("maya", "Please frame that report. And sleep well!", reactions={"😴": "theodora"}),
    ),
)

LUCA_WITH_SAM = Conversation(
    kind="direct",
    members=("luca", "sam"),
    lines=dialogue("""
luca: Football on Sunday?
sam: If the knee agrees.
luca: Ask it nicely.
sam: It says yes, in goal.
"""),
)
