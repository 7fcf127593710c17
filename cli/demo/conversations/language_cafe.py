"""Many languages, in both directions."""

from cli.demo.conversations.cast import EVERYBODY
from cli.demo.script import Conversation, Line

LANGUAGE_CAFE = Conversation(
    name="language-café",
    topic="Say it in another language · Sag’s anders · Dis-le autrement · 言い換えて · قلها بلغة أخرى",
    members=EVERYBODY,
    lines=(
        Line("luca", "Today's word: *platform*. How do you say it?", label="word"),
        Line("jonas", "Der Bahnsteig. Wörtlich: der Steig an der Bahn.", reply_to="word"),
        Line("luca", "Il binario, anche se il binario sarebbe la rotaia. Nessuno lo sa davvero."),
        Line("rin", "プラットホーム。でも、みんな「ホーム」と言います。", reactions={"🏠": "maya luca"}),
        Line("maya", "Perrong! It comes from French, where nobody says it any more."),
        Line("sam", "Exact, en français on dit « le quai ».", reactions={"🇫🇷": "maya"}),
        Line(
            "amira",
            "رصيف القطار. كلمة «رصيف» تعني أيضًا رصيف الشارع.",
            label="arabic",
            reactions={"👍": "luca rin"},
        ),
        Line("maya", "شكرًا! Is رصيف the same word as for the pavement?", reply_to="arabic"),
        Line("amira", "نعم، بالضبط 🙂"),
        Line("sam", "In Hebrew it is רציף, you can hear the family resemblance.", reactions={"😮": "maya amira"}),
        Line("sam", "הרכבת יוצאת מרציף 7 בשעה 21:14."),
        Line("theodora", "Η αποβάθρα. Σχεδόν σαν να φεύγει πλοίο."),
        Line("priya", "हिन्दी में प्लेटफ़ॉर्म, और तमिल में நடைமேடை।", reactions={"✨": "rin theodora maya"}),
        Line("jonas", "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselanhänger", label="long"),
        Line(
            "luca",
            "Questa non è una parola, è un treno merci.",
            reply_to="long",
            reactions={"🚃": "maya jonas sam rin"},
        ),
    ),
)
