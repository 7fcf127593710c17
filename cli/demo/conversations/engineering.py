"""Code, a long list, second thoughts."""

from cli.demo.script import Conversation, Line

_TIMETABLE = """\
Spring timetable, draft 3, southbound. Please look for your stop:
21:14 Hamburg-Altona
21:29 Hamburg Hbf
21:41 Hamburg-Harburg
22:09 Lüneburg
22:31 Uelzen
23:02 Celle
23:27 Hannover Hbf
23:49 Hildesheim Hbf
00:18 Göttingen
00:51 Kassel-Wilhelmshöhe
01:29 Bebra
02:04 Fulda
02:48 Würzburg Hbf
03:26 Ansbach
03:58 Treuchtlingen
04:21 Donauwörth
04:47 Augsburg Hbf
05:26 München Hbf
05:37 München Ost
06:09 Rosenheim
06:31 Kufstein
06:44 Wörgl Hbf
07:02 Kitzbühel
07:31 Zell am See
07:58 Schwarzach-St. Veit
08:16 Bad Gastein
08:34 Mallnitz-Obervellach
09:01 Spittal-Millstättersee
09:26 Villach Hbf
09:52 Tarvisio Boscoverde
10:12 Pontebba
10:31 Carnia
10:47 Gemona del Friuli
11:09 Udine
11:25 Palmanova
11:41 Cervignano
11:54 Monfalcone
12:19 Trieste Centrale
All times are departures, the last one is the arrival."""

_CODE = """\
Found it: each bed was rounded on its own. Now it is the sum, once:
```python
def total(beds: list[Bed], discount: Decimal) -> Decimal:
    price = sum((bed.price for bed in beds), Decimal())
    return (price * (1 - discount)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
```
Now there is a test for a family of five with a dog."""

ENGINEERING = Conversation(
    name="engineering",
    topic="Booking, timetables, and whatever beeps at night",
    members=("jonas", "maya", "amira", "rin", "priya", "sam"),
    lines=(
        Line("rin", "Somebody paid €0.01 too much for three beds. Looking into it."),
        Line("jonas", "One cent? How do we even notice that?"),
        Line("rin", "He wrote an e-mail. Very polite. With a spreadsheet.", reactions={"😅": "jonas sam maya"}),
        Line("rin", _CODE, label="bug", reactions={"👍": "jonas amira", "🐶": "priya maya sam"}),
        Line("amira", "What was wrong with rounding each bed?", label="round"),
        Line(
            "rin",
            "Three beds at a third off then cost more than one booking of three. Tax wants the sum.",
            reply_to="round",
        ),
        Line("amira", "Makes sense. Approved ✅", reply_to="bug"),
        Line("sam", "Is `ROUND_HALF_EVEN` the one that bankers use?"),
        Line("jonas", "Yes: https://docs.python.org/3/library/decimal.html#rounding-modes", reactions={"🙏": "sam"}),
        Line("priya", _TIMETABLE, label="timetable", reactions={"🚂": "maya jonas", "😴": "rin"}),
        Line("maya", "Palmanova at 11:25 is new, isn't it?", reply_to="timetable", label="stop"),
        Line("priya", "Yes, they asked nicely and the platform is long enough.", reply_to="stop"),
        Line("sam", "the staging password is seven-sleepers-44", deleted=True),
        Line("sam", "Sorry, wrong window. Changed already.", reactions={"🫠": "rin jonas"}),
        Line(
            "jonas",
            "Deploy is planned for wednesday",
            edited="Deploy is planned for Tuesday at 14:00, @rin and @amira watch the graphs.",
            reactions={"👀": "rin amira"},
        ),
        Line("amira", "p99 of the booking page is 61 ms now, it was 210 ms last week. The index helped."),
        Line("rin", "🚀🚀🚀", reactions={"🔥": "jonas priya amira maya"}),
        Line(
            "maya",
            "A customer sent this link and it breaks our preview, can somebody have a look? "
            "https://example.com/travel/2027/spring/night-trains-across-the-alps-a-long-and-winding-guide"
            "?from=hamburg-altona&to=trieste-centrale&adults=2&children=3&dog=yes&berth=lower-window-quiet-zone",
        ),
        Line("jonas", "On it. It is the width: nothing in that address can be broken into two lines."),
    ),
)
