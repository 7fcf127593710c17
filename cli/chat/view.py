"""How things look: from what is known to styled lines. Pure; it neither prints nor remembers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypeAlias
from zlib import crc32

from prompt_toolkit.utils import get_cwidth

from cli.chat.text import clean, clean_line, cut, pad, wrap
from client import Attachment, Message

Line: TypeAlias = list[tuple[str, str]]
"""Pieces of one line, each a style of prompt_toolkit and a text."""

PALETTE = (
    "#c54964",
    "#c3520d",
    "#996d06",
    "#717b02",
    "#00873c",
    "#088378",
    "#037f9b",
    "#2575d0",
    "#7a63cf",
    "#a853ae",
)
"""Evenly spaced hues of equal lightness, each with a contrast of 4.5 : 1 on black and on white."""

NARROW_COLUMNS = 60
MEASURE_COLUMNS = 72
NAME_COLUMNS = 14
MARGIN_COLUMNS = len(" 123 12:34  ") + NAME_COLUMNS + 2
GROUP_SPAN = timedelta(minutes=5)

DIM = "dim"
STRONG = "bold"


@dataclass(frozen=True)
class View:
    """Draws for a window of so many columns. Without `colour` there is nothing but bold and dim.

    `zone` is None for local time.
    """

    columns: int
    colour: bool = True
    zone: tzinfo | None = None

    def message(self, message: Message, previous: Message | None = None, quoted: Message | None = None) -> list[Line]:
        """A message as it stands, below `previous`; `quoted` is the one that it answers, if it is at hand."""
        if message.kind == "notice":
            return self._day(message, previous) + self.notice(message.body)
        grouped = self._is_grouped(message, previous)
        if self.columns < NARROW_COLUMNS:
            body = [[("", "  "), *line] for line in self._body(message, quoted, self.columns - 2)]
            return self._day(message, previous) + ([] if grouped else [self._short_head(message)]) + body
        body = self._body(message, quoted, min(self.columns - MARGIN_COLUMNS, MEASURE_COLUMNS))
        heads = [self._head(message, grouped), *[[("", " " * MARGIN_COLUMNS)]] * (len(body) - 1)]
        return self._day(message, previous) + [head + line for head, line in zip(heads, body, strict=True)]

    def change(self, message: Message, before: Message) -> list[Line]:
        """What became of a message that has been shown; nothing if it looks the same."""
        if message.deleted_at:
            return [] if before.deleted_at else [self._about(message, [(DIM, "took the message back")])]
        lines = []
        if message.body != before.body:
            lines += self._after(self._about(message, [(DIM, "now says: ")]), clean_line(message.body))
        if message.reactions != before.reactions:
            lines.append(self._about(message, [("", reactions(message) or "no reactions")]))
        return lines

    def pending(self, body: str) -> Line:
        """One's own message that is not stored yet, in one line."""
        return [(DIM, cut(f"◷ {clean_line(body)}", self.columns - 1))]

    def failure(self, body: str, reason: str) -> list[Line]:
        """One's own message that will not be stored, whole, so that it can be copied."""
        written: list[Line] = [[("", f"  {line}")] for line in wrap(clean(body), self._measure - 2)]
        return self.notice(f"Not sent: {reason}") + written

    def divider(self, text: str) -> Line:
        """A line across the window that begins something new."""
        text = cut(clean_line(text), self.columns - 7)
        return [(DIM, "── "), (STRONG, text), (DIM, " ──")]

    def notice(self, text: str) -> list[Line]:
        """Something that the program says."""
        return [[(DIM, line)] for line in wrap(clean(text), self._measure)]

    def table(self, rows: Sequence[tuple[str, str]]) -> list[Line]:
        """Two columns; the first as wide as it must be."""
        width = min(max((get_cwidth(clean_line(left)) for left, _ in rows), default=0), self.columns // 2)
        lines: list[Line] = []
        for left, right in rows:
            first: Line = [(STRONG, pad(clean_line(left), width)), ("", "  ")]
            lines += self._after(first, clean_line(right))
        return lines

    def name_style(self, person_id: str) -> str:
        """The style of somebody's name: the same in every room and on every day."""
        return f"bold {PALETTE[crc32(person_id.encode()) % len(PALETTE)]}" if self.colour else STRONG

    @property
    def _measure(self) -> int:
        return min(self.columns, MEASURE_COLUMNS)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _day(self, message: Message, previous: Message | None) -> list[Line]:
        day = self._local(message.sent_at)
        if previous and self._local(previous.sent_at).date() == day.date():
            return []
        return [self.divider(f"{day:%A} {day.day} {day:%B} {day.year}")]

    def _is_grouped(self, message: Message, previous: Message | None) -> bool:
        return (
            previous is not None
            and previous.kind != "notice"
            and previous.sender.id == message.sender.id
            and message.sent_at - previous.sent_at < GROUP_SPAN
            and self._day(message, previous) == []
        )

    def _head(self, message: Message, grouped: bool) -> Line:
        name = "" if grouped else clean_line(message.sender.name)
        return [
            (DIM, f"{message.seq:>4} {self._local(message.sent_at):%H:%M}  "),
            (self.name_style(message.sender.id), pad(name, NAME_COLUMNS)),
            ("", "  "),
        ]

    def _short_head(self, message: Message) -> Line:
        name = cut(clean_line(message.sender.name), max(self.columns - 14, 4))
        when = f"  {self._local(message.sent_at):%H:%M}  {message.seq}"
        return [(self.name_style(message.sender.id), name), (DIM, when)]

    def _body(self, message: Message, quoted: Message | None, columns: int) -> list[Line]:
        if message.deleted_at:
            return [[(DIM, "This message was taken back.")]]
        lines: list[Line] = []
        if message.reply_to:
            quote = f"{quoted.sender.name}: {quoted.body}" if quoted else "an earlier message"
            lines.append([(DIM, cut(f"↪ {clean_line(quote)}", columns))])
        if message.body:
            lines += [[("", line)] for line in wrap(clean(message.body), columns)]
        lines += [[(DIM, cut(file_line(attachment), columns))] for attachment in message.attachments]
        marks = "  ".join(filter(None, ["edited" if message.edited_at else "", reactions(message)]))
        return [*lines, [(DIM, cut(marks, columns))]] if marks else lines

    def _about(self, message: Message, what: Line) -> Line:
        name = cut(clean_line(message.sender.name), NAME_COLUMNS)
        return [(DIM, f"{message.seq:>4} "), (self.name_style(message.sender.id), name), (DIM, ": "), *what]

    def _after(self, head: Line, text: str) -> list[Line]:
        """Text that begins behind a head and goes on below it."""
        margin = get_cwidth(text_of(head))
        first, *rest = wrap(text, max(self._measure - margin, 8))
        return [[*head, ("", first)], *([("", " " * margin + line)] for line in rest)]


def file_line(attachment: Attachment) -> str:
    """A file's name, what it is and how large."""
    size = f"{max(1, round(attachment.size_bytes / 1024)):,} KiB"
    pixels = f", {attachment.width} × {attachment.height}" if attachment.width else ""
    return f"▤ {clean_line(attachment.name)} ({attachment.media_type}{pixels}, {size})"


def reactions(message: Message) -> str:
    """Each emoji with how many chose it."""
    return "  ".join(f"{clean_line(reaction.emoji)} {len(reaction.users)}" for reaction in message.reactions)


def text_of(line: Line) -> str:
    """A line without its styles."""
    return "".join(text for _, text in line)


def typing(names: Sequence[str]) -> str:
    """Who is writing."""
    match [clean_line(name) for name in names]:
        case []:
            return ""
        case [one]:
            return f"{one} is typing…"
        case [one, other]:
            return f"{one} and {other} are typing…"
        case _:
            return "Several people are typing…"


def offline(unsent: int) -> str:
    """The truth while there is no connection."""
    match unsent:
        case 0:
            return "Offline. Trying to come back."
        case 1:
            return "Offline. Your message will be sent when you are back."
        case _:
            return f"Offline. Your {unsent} messages will be sent when you are back."


def unread(rooms: Sequence[tuple[str, int]]) -> str:
    """How much is new in other rooms."""
    return ", ".join(f"{clean_line(name)} {min(count, 99)}{'+' if count > 99 else ''}" for name, count in rooms)


def toolbar(parts: Sequence[str], columns: int) -> str:
    """What is worth knowing in one line; what does not fit is cut from the end."""
    return cut(" · ".join(filter(None, parts)), columns)
