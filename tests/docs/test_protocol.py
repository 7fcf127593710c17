"""docs/protocol.md against the frames, the routes and the limits of the edge."""

import json
import re

import msgspec
import pytest

from edge import attendance, catching_up, connection, frames, handlers, session
from edge.asyncapi import CLIENT_FRAMES, SERVER_FRAMES
from edge.rest import ROUTES
from edge.schemas import Kind
from mesh.errors import KINDS
from tests.docs import pages

PAGE = (pages.DOCS / "protocol.md").read_text()
EXAMPLES = re.findall(r"^```json (\w+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_every_frame_has_one_example() -> None:
    assert sorted(name for name, _ in EXAMPLES) == sorted(frame.__name__ for frame in CLIENT_FRAMES + SERVER_FRAMES)


@pytest.mark.parametrize("frame", CLIENT_FRAMES)
def test_the_example_of_a_client_is_what_the_server_reads(frame: Kind) -> None:
    example = dict(EXAMPLES)[frame.__name__]
    decoded = frames.decode(example.encode())
    assert type(decoded) is frame
    assert json.loads(msgspec.json.encode(decoded)).items() >= json.loads(example).items()


@pytest.mark.parametrize("frame", SERVER_FRAMES)
def test_the_example_of_a_server_is_what_the_server_writes(frame: Kind) -> None:
    example = dict(EXAMPLES)[frame.__name__]
    decoded = msgspec.json.decode(example, type=frame)
    assert json.loads(msgspec.json.encode(decoded)) == json.loads(example)


def test_every_close_code_is_explained() -> None:
    explained = {int(cells[0]) for cells in pages.rows(PAGE, header="code")}
    errors = {error.close_code for error in KINDS.values() if error.close_code is not None}
    assert explained == errors | {1009, 1012, connection.SLOW_CONSUMER}


def test_every_reason_of_a_close_is_a_reason_of_an_error_or_named_where_it_is_given() -> None:
    known = {pages.code(cells[0])[0] for cells in pages.rows((pages.DOCS / "errors.md").read_text(), header="reason")}
    named = {reason for cells in pages.rows(PAGE, header="code") for reason in pages.code(cells[1])}
    assert named - known == {"RESTART", "slow_consumer"}


def test_the_limits_are_those_of_the_code() -> None:
    limits = {cells[0]: cells[1] for cells in pages.rows(PAGE, header="what")}
    assert limits["a frame"] == f"{frames.MAX_FRAME_BYTES // 1024} KiB"
    assert limits["a message's text"] == f"{frames.MAX_BODY_CHARACTERS:,} characters"
    assert limits["sends that wait to be stored"].startswith(str(handlers.MAX_IN_FLIGHT))
    assert limits["first `auth`"] == f"within {session.AUTH_SECONDS:.0f} s"
    assert limits["unread bytes"] == f"{connection.WRITE_BUFFER_BYTES // 2**20} MiB"
    assert f"more than {catching_up.MAX_REPLAYED:,} revisions" in PAGE
    assert f"{attendance.MAX_ROOMS} most recently active" in PAGE
    assert f"last {attendance.LATEST}" in PAGE


def test_every_route_is_listed() -> None:
    listed = [(cells[0], *pages.code(cells[1])) for cells in pages.rows(PAGE, header="method")]
    assert listed == [(route.method, route.path) for route in ROUTES]


def test_every_route_is_listed_for_those_who_may_call_it() -> None:
    words = {
        "PUBLIC": "anybody",
        "LOGGED_IN": "whoever is logged in",
        "ROOM": "users, and the room's guest",
        "USER": "users",
        "ADMIN": "administrators",
    }
    listed = [cells[2] for cells in pages.rows(PAGE, header="method")]
    assert listed == [words[route.access.name] for route in ROUTES]
