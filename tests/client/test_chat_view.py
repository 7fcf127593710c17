from datetime import UTC, datetime, timedelta, timezone

import pytest
from prompt_toolkit.utils import get_cwidth

from cli.chat import view
from cli.chat.text import clean, clean_line, cut, pad, wrap
from cli.chat.view import PALETTE, Line, View, text_of
from client import Message, Person, Reaction

ADA, BOB = Person("ada", "Ada Lovelace"), Person("bob", "Bob")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ZONE = timezone(timedelta(hours=5, minutes=30))


def message(seq: int = 1, sender: Person = BOB, body: str = "Hello", **fields: object) -> Message:
    at = fields.pop("sent_at", NOON + timedelta(minutes=seq))
    return Message(f"m{seq}", seq, seq, sender, "text", body, at, **fields)  # type: ignore[arg-type]  # terse on purpose


def texts(lines: list[Line]) -> list[str]:
    return [text_of(line).rstrip() for line in lines]


def wide(columns: int = 80) -> View:
    return View(columns, zone=UTC)


# Text


def test_text_cannot_steer_the_terminal() -> None:
    assert clean("\x1b[2J\x07\x9bred\r") == "�[2J��red�"
    assert clean("a\tb\r\nc") == "a    b\nc"
    assert clean("abc\u202etxt\u2066") == "abctxt"
    assert clean("🏳️‍🌈 ναί שלום") == "🏳️‍🌈 ναί שלום"


def test_a_line_stays_a_line() -> None:
    assert clean_line("two\nlines\n\tand more") == "two lines and more"


def test_text_is_cut_and_padded_by_the_columns_that_it_takes() -> None:
    assert cut("日本語", 6) == "日本語"
    assert cut("日本語", 5) == "日本…"
    assert pad("日本", 6) == "日本  "
    assert get_cwidth(pad("日本語日本語", 6)) == 6


@pytest.mark.parametrize("columns", [2, 3, 7, 20, 200])
@pytest.mark.parametrize(
    "text", ["", "word", "a few words in a row", "unbreakablelongword and on", "日本語のテキスト", "  in\n\ndented"]
)
def test_wrapped_lines_fit_and_hold_everything(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(get_cwidth(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_lines_break_between_words() -> None:
    assert wrap("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrap("one\n\ntwo", 10) == ["one", "", "two"]


# Messages


def test_a_message_has_its_number_time_and_name() -> None:
    assert texts(wide().message(message())) == [
        "── Monday 2 March 2026 ──",
        "   1 12:01  Bob             Hello",
    ]


def test_times_and_days_are_local() -> None:
    late = message(sent_at=datetime(2026, 3, 2, 20, 15, tzinfo=UTC))
    assert texts(View(80, zone=ZONE).message(late)) == [
        "── Tuesday 3 March 2026 ──",
        "   1 01:45  Bob             Hello",
    ]


def test_a_day_is_told_once() -> None:
    assert len(wide().message(message(2, ADA), previous=message(1))) == 1
    assert len(wide().message(message(2, ADA, sent_at=NOON + timedelta(days=1)), previous=message(1))) == 2


def test_messages_of_one_person_form_a_group() -> None:
    assert texts(wide().message(message(2), previous=message(1))) == ["   2 12:02" + " " * 18 + "Hello"]
    later = message(9, sent_at=NOON + timedelta(minutes=6))
    assert "Bob" in texts(wide().message(later, previous=message(1)))[0]


def test_long_text_is_wrapped_beside_the_name() -> None:
    lines = texts(wide(60).message(message(2, body="The quick brown fox jumps over the lazy dog"), message(1, ADA)))
    assert lines == [
        "   2 12:02  Bob             The quick brown fox jumps over",
        " " * 28 + "the lazy dog",
    ]


def test_a_narrow_window_puts_the_text_below_the_name() -> None:
    lines = texts(wide(30).message(message(2, ADA, body="The quick brown fox jumps over the dog"), message(1)))
    assert lines == ["Ada Lovelace  12:02  2", "  The quick brown fox jumps", "  over the dog"]


@pytest.mark.parametrize("columns", [24, 40, 59, 60, 80, 200])
def test_nothing_is_wider_than_the_window(columns: int) -> None:
    drawn = wide(columns)
    person = Person("x", "Maximiliane von und zu Hohenstein-Rabenfels")
    shown = message(1, person, "word " * 60 + "x" * 300, reply_to="m0", reactions=[Reaction("👍", ["a"])] * 30)
    lines = [*drawn.message(shown, None, shown), *drawn.failure("word " * 60, "no " * 60), drawn.pending("word " * 60)]
    lines += [*drawn.notice("word " * 60), drawn.divider("word " * 60), *drawn.table([("word " * 20, "word " * 20)])]
    assert all(get_cwidth(text_of(line)) <= columns for line in lines)


def test_an_answer_quotes_what_it_answers() -> None:
    answer = message(2, ADA, "Yes", reply_to="m1")
    assert texts(wide().message(answer, message(1), quoted=message(1, body="Tea?\nOr coffee?"))) == [
        "   2 12:02  Ada Lovelace    ↪ Bob: Tea? Or coffee?",
        " " * 28 + "Yes",
    ]
    assert "an earlier message" in texts(wide().message(answer, message(1)))[0]


def test_edits_and_reactions_are_noted_below() -> None:
    shown = message(2, edited_at=NOON, reactions=[Reaction("👍", ["a", "b"]), Reaction("🎉", ["a"])])
    assert texts(wide().message(shown, message(1)))[1].strip() == "edited  👍 2  🎉 1"


def test_a_message_that_was_taken_back_shows_nothing_of_it() -> None:
    lines = texts(wide().message(message(2, body="secret", deleted_at=NOON), message(1)))
    assert lines[0].endswith("This message was taken back.")


def test_a_change_is_told_in_a_line() -> None:
    before = message(7)
    assert texts(wide().change(message(7, body="Bye"), before)) == ["   7 Bob: now says: Bye"]
    assert texts(wide().change(message(7, reactions=[Reaction("👍", ["a"])]), before)) == ["   7 Bob: 👍 1"]
    assert texts(wide().change(message(7, deleted_at=NOON), before)) == ["   7 Bob: took the message back"]
    assert wide().change(before, before) == []


# Colour


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", PALETTE)
def test_names_can_be_read_on_black_and_on_white(colour: str) -> None:
    assert (luminance(colour) + 0.05) / 0.05 >= 4.5
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_a_person_keeps_a_colour() -> None:
    assert wide().name_style("0198c0de-0000-7000-8000-000000000001") == "bold #c3520d"
    assert len({wide().name_style(str(number)) for number in range(100)}) == len(PALETTE)


def test_without_colour_there_is_none() -> None:
    lines = View(80, colour=False, zone=UTC).message(message())
    assert {style for line in lines for style, _ in line} <= {"", "dim", "bold"}


# Words


def test_who_writes_is_told_in_words() -> None:
    assert view.typing([]) == ""
    assert view.typing(["Ada"]) == "Ada is typing…"
    assert view.typing(["Ada", "Bob"]) == "Ada and Bob are typing…"
    assert view.typing(["Ada", "Bob", "Cy"]) == "Several people are typing…"


def test_being_offline_is_told_in_words() -> None:
    assert view.offline(0) == "Offline. Trying to come back."
    assert view.offline(1) == "Offline. Your message will be sent when you are back."
    assert view.offline(2) == "Offline. Your 2 messages will be sent when you are back."


def test_unread_messages_of_other_rooms_are_counted() -> None:
    assert view.unread([("ops", 3), ("Ada", 99), ("noise", 100)]) == "ops 3, Ada 99, noise 99+"


def test_the_toolbar_fits() -> None:
    assert view.toolbar(["one", "", "two"], 80) == "one · two"
    assert view.toolbar(["one", "two"], 8) == "one · t…"
