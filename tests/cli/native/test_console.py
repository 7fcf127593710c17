import asyncio
import io
import json
import logging
import os

from cli.native.console import Console, LogStream
from tests.patience import until

EVENT = {"event": "serving", "level": "info", "timestamp": "2026-03-02T12:00:00Z", "process": "edge", "rooms": 3}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(line: str, *, style: str = "auto", output: io.StringIO | None = None) -> str:
    output = output or io.StringIO()
    Console(style, output).say("edge-1", line)
    return output.getvalue()


def test_an_event_is_one_line_under_the_name_of_its_process() -> None:
    line = shown(json.dumps(EVENT))
    assert line.endswith("edge-1      │ serving rooms=3\n")
    assert line[2::3][:2] == "::"
    assert shown("plain words").endswith("edge-1      │ plain words\n")
    assert shown("[1, 2]").endswith("│ [1, 2]\n")
    assert shown("  ") == ""


def test_the_trace_of_an_exception_follows_its_event() -> None:
    frames = [{"filename": "edge/app.py", "lineno": 7, "name": "running"}]
    failed = {**EVENT, "level": "error", "exception": [{"exc_type": "OSError", "exc_value": "gone", "frames": frames}]}
    assert shown(json.dumps(failed)).splitlines()[1:] == ["    edge/app.py:7 in running", "    OSError: gone"]


def test_colours_are_for_terminals() -> None:
    assert "\x1b" not in shown(json.dumps({**EVENT, "level": "error"}))
    assert "\x1b[31mserving" in shown(json.dumps({**EVENT, "level": "error"}), output=Terminal())


def test_programs_get_json_with_the_name_of_the_replica() -> None:
    assert json.loads(shown(json.dumps(EVENT), style="json")) == {**EVENT, "process": "edge-1"}
    foreign = json.loads(shown("a line of nginx", style="json"))
    assert (foreign["event"], foreign["process"], foreign["level"]) == ("a line of nginx", "edge-1", "info")


async def test_what_comes_through_a_pipe_is_cut_into_lines() -> None:
    output = io.StringIO()
    console = Console("auto", output)
    writing = await console.pipe("edge-1")
    assert await console.pipe("edge-1") == writing
    for piece in (b"first\nsec", b"ond\r\nth\xfcrd\n", b"x" * 300_000, b"\nlast"):
        await asyncio.to_thread(os.write, writing, piece)
    console.close()
    await until(lambda: "last" in output.getvalue())
    lines = [line.partition("│ ")[2] for line in output.getvalue().splitlines()]
    assert lines[:3] == ["first", "second", "th�rd"]
    assert sum(map(len, lines[3:])) == 300_000 + len("last")


def test_our_own_log_is_shown_like_that_of_a_process() -> None:
    output = io.StringIO()
    handler = logging.StreamHandler(LogStream(Console("auto", output), "parlance"))
    handler.emit(logging.makeLogRecord({"msg": json.dumps({"event": "child_died", "level": "error"})}))
    assert output.getvalue().endswith("parlance    │ child_died\n")
