"""What all processes say, on one terminal: each line under the name of who said it.

Our processes log JSON. For people an event becomes one short line; for programs (`json`) every line is a JSON object whose
`process` names the replica, and what the programs of others print becomes one, too.
"""

import asyncio
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Literal, TextIO

_COLOURS = (36, 35, 34, 32, 96, 95, 94, 92)
_LEVEL_COLOURS = {"warning": 33, "error": 31, "critical": 31}
_NAME_WIDTH = 12
_LONGEST_LINE_BYTES = 256 * 1024


class Console:
    """Takes in lines by process, and writes them out whole."""

    def __init__(self, style: Literal["auto", "console", "json"], output: TextIO) -> None:
        """`auto` and `console` are for people; there are colours on a terminal."""
        self._for_programs = style == "json"
        self._output = output
        self._render = _as_json if self._for_programs else self._for_people
        self._coloured = output.isatty() and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._pipes: dict[str, int] = {}

    async def pipe(self, name: str) -> int:
        """Where a process of this name prints to: the end of a pipe, the same when it is started again."""
        if name not in self._pipes:
            reading, self._pipes[name] = os.pipe()
            protocol = _Lines(lambda line: self.say(name, line))
            await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb"))
        return self._pipes[name]

    def close(self) -> None:
        """Take in nothing more. Whoever still prints finds nobody."""
        while self._pipes:
            os.close(self._pipes.popitem()[1])

    def say(self, name: str, line: str) -> None:
        """Write one line that a process has printed."""
        if line.strip():
            print(self._render(name, line), file=self._output, flush=True)

    def announce(self, text: str) -> None:
        """Write something of our own, as it is for people."""
        print(_as_json("parlance", text) if self._for_programs else text, file=self._output, flush=True)

    def _for_people(self, name: str, line: str) -> str:
        event = _event(line)
        moment, level, text = ("", "", line) if event is None else _told(event)
        if name not in self._names:
            self._names.append(name)
        colour = _COLOURS[self._names.index(name) % len(_COLOURS)]
        text = self._painted(text, _LEVEL_COLOURS.get(level))
        return (
            f"{moment or _clock(datetime.now().astimezone())} {self._painted(f'{name:{_NAME_WIDTH}}│', colour)} {text}"
        )

    def _painted(self, text: str, colour: int | None) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if colour and self._coloured else text


class LogStream(io.TextIOBase):
    """Our own log, as one more process: what the logging handler writes to."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._name = name

    def write(self, text: str) -> int:
        """Take in whole lines."""
        for line in text.splitlines():
            self._console.say(self._name, line)
        return len(text)


class _Lines(asyncio.Protocol):
    """Cuts what comes through a pipe into lines."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE_BYTES:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._take(line.decode(errors="replace").rstrip("\r"))

    def connection_lost(self, _error: Exception | None) -> None:
        self._take(self._rest.decode(errors="replace"))


def _event(line: str) -> dict[str, Any] | None:
    """The event that a line is, if it is one."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _as_json(name: str, line: str) -> str:
    moment = datetime.now().astimezone().isoformat()
    event = _event(line) or {"event": line, "level": "info", "timestamp": moment}
    return json.dumps({**event, "process": name}, ensure_ascii=False)


def _told(event: dict[str, Any]) -> tuple[str, str, str]:
    """Moment, level and text of an event, in this time zone and without what the reader knows."""
    fields = dict(event)
    fields.pop("process", None)
    exception = fields.pop("exception", None)
    level, text = str(fields.pop("level", "info")), str(fields.pop("event"))
    try:
        moment = _clock(datetime.fromisoformat(str(fields.pop("timestamp", ""))).astimezone())
    except ValueError:
        moment = ""
    told = " ".join([text, *(f"{name}={_short(value)}" for name, value in fields.items())])
    return moment, level, "\n".join([told, *_traced(exception)])


def _traced(exception: Any) -> Iterator[str]:
    """The lines of an exception, as our logs have it."""
    for raised in exception if isinstance(exception, list) else ():
        for frame in raised.get("frames", ()):
            yield f"    {frame.get('filename')}:{frame.get('lineno')} in {frame.get('name')}"
        yield f"    {raised.get('exc_type')}: {raised.get('exc_value')}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"
