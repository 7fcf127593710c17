"""Small talk: in the open, and behind somebody's back."""

from cli.demo.conversations.cast import EVERYBODY
from cli.demo.script import Conversation, Line, dialogue

COFFEE_CORNER = Conversation(
    name="coffee-corner",
    topic="Everything but work",
    members=("luca", *(name for name in EVERYBODY if name != "luca")),
    lines=(
        *dialogue("""
luca: ☕
sam: ☕☕
theodora: ☕☕☕
jonas: 🍵
"""),
        Line("luca", "The tea faction is back 👆", reactions={"🍵": "jonas rin", "☕": "sam theodora"}),
        Line("priya", "My cat has discovered the standing desk. It goes up. She goes up. It goes down. She screams."),
        Line("priya", "🐈⬆️🐈⬇️🙀", reactions={"😹": "maya luca sam amira rin"}),
        Line("amira", "Weekend plan: the long way around the lake, by bike. Who comes along?", label="bike"),
        Line("rin", "Me! If there is ice cream.", reply_to="bike"),
        Line("amira", "There is always ice cream.", reactions={"🍦": "rin maya"}),
        Line("maya", "I am in 🚲"),
    ),
)

SURPRISE = Conversation(
    kind="private",
    name="Priya's surprise 🎂",
    topic="Thursday, five o'clock. Not a word to Priya.",
    members=("maya", "luca", "rin", "sam"),
    lines=(
        Line("maya", "Priya has been with us for five years on Thursday. Cake at five, in the big room?", label="plan"),
        Line("luca", "I bake. Lemon or chocolate?", reactions={"🍋": "maya rin", "🍫": "sam"}),
        Line("rin", "I keep her busy with “a question about the map” until then.", reply_to="plan"),
        Line("sam", "Card is going round, it is hidden in the folder called “Tax 2019”."),
        Line("maya", "Nobody will ever open that 😂", reactions={"🤫": "luca rin sam"}),
    ),
)
