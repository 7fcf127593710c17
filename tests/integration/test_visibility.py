"""Nothing of one business is visible to another, and nothing internal to a visitor: every route, frame and event is tried.

What belongs to a business carries marks that stand nowhere else. Whoever may not see it asks for everything that there is,
and must not meet a mark; the agent asks for the same, and must meet them all.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args
from uuid import uuid4

import aiohttp
import pytest

from edge import frames
from edge.rest import ROUTES
from edge.rest.routing import Access, Route
from tests.integration.cluster import Cluster
from tests.integration.people import Frame, Person, Socket, register
from tests.integration.shops import Shop, open_shop

CHANGES_ONE_SELF = {"/api/auth/logout", "/api/auth/sessions/{session_id}", "/api/users/{user_id}"}
"""Routes that would end a caller instead of telling it something."""


@dataclass(frozen=True)
class Kept:
    """A business, and the marks on what it keeps to itself."""

    shop: Shop
    visitor: Person
    room: str
    notes: str
    names: dict[str, str]
    """What the parameters of paths name."""
    internal: dict[str, str]
    """Not even the visitor sees it."""
    of_visitor: dict[str, str]
    """The visitor has said it itself."""

    @property
    def all_marks(self) -> dict[str, str]:
        return self.internal | self.of_visitor


def mark() -> str:
    return f"mark{uuid4().hex[:16]}"


@pytest.fixture
async def kept(shop: Shop, shared_cluster: Cluster) -> Kept:
    """A business with a visitor, and something of everything."""
    path = f"businesses/{shop.id}"
    internal = {what: mark() for what in ("note", "tag", "reply", "site")}
    of_visitor = {what: mark() for what in ("name", "message")}
    visitor, room = await shop.visitor(
        shared_cluster.edges[0], visitor={"name": of_visitor["name"]}, message=of_visitor["message"]
    )
    notes = (await shop.conversation(room))["notes_room"]
    await shop.agent.rest("POST", f"rooms/{notes}/messages", {"body": internal["note"]})
    await shop.agent.rest("PATCH", f"conversations/{room}", {"tags": [internal["tag"]]})
    reply = await shop.owner.rest("POST", f"{path}/canned-replies", {"shortcut": "hi", "text": internal["reply"]})
    await shop.owner.rest("PATCH", path, {"allowed_origins": [f"https://{internal['site']}.example"]})
    names = {
        "business_id": shop.id,
        "slug": shop.slug,
        "conversation_id": room,
        "user_id": shop.agent.id,
        "reply_id": reply["id"],
        "key_id": "k1",
        "session_id": "s",
        "attachment_id": "a",
    }
    return Kept(shop, visitor, room, notes, names, internal, of_visitor)


async def ask(http: aiohttp.ClientSession, url: str, route: Route, path: str, token: str) -> tuple[int, str]:
    """Call a route with as little as it takes; returns the status, and all that it says."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = None if route.method == "GET" else {}
    async with http.request(route.method, f"{url}{path}", json=body, headers=headers) as response:
        return response.status, f"{await response.text()} {response.headers}"


def addresses(route: Route, kept: Kept) -> list[str]:
    """A route's addresses for what the business has: both of its rooms, where it is about rooms."""
    queries = {"/api/search": [f"?q={kept.internal['note']}", f"?q={kept.of_visitor['message']}"]}
    rooms = [kept.room, kept.notes] if "room_id" in route.path_parameters else [""]
    paths = [route.path.format(**(kept.names | {"room_id": room})) for room in rooms]
    return [path + query for path in paths for query in queries.get(route.path, [""])]


async def walk(kept: Kept, url: str, token: str, routes: list[Route]) -> dict[str, str]:
    """Ask for everything; returns what was said, by address."""
    said = {}
    for route in routes:
        for path in addresses(route, kept):
            status, text = await ask(kept.shop.owner.http, url, route, path, token)
            assert status < 500, (route.method, path, text)
            said[f"{route.method} {path}"] = text
    return said


def met(said: dict[str, str], marks: dict[str, str]) -> set[tuple[str, str]]:
    """Which marks stand where."""
    return {(what, where) for where, text in said.items() for what, mark in marks.items() if mark in text}


READING = [route for route in ROUTES if route.method == "GET"]
TRYING = [
    route
    for route in ROUTES
    if route.path not in CHANGES_ONE_SELF
    and (route.path_parameters or route.method == "GET")
    and not route.takes_stream
]


@pytest.fixture
async def outsiders(kept: Kept, shared_cluster: Cluster, http: aiohttp.ClientSession) -> dict[str, Person]:
    """Everybody who may see nothing of the business beside its profile."""
    here, there = shared_cluster.edges
    other = await open_shop(http, there, here)
    another_guest, _ = await kept.shop.visitor(there)
    guest_of_other, _ = await other.visitor(here)
    return {
        "user": await register(http, here),
        "owner of another business": other.owner,
        "agent of another business": other.agent,
        "another guest": another_guest,
        "guest of another business": guest_of_other,
    }


async def test_no_route_tells_anything_to_whoever_may_not_know_it(
    kept: Kept, outsiders: dict[str, Person], shared_cluster: Cluster
) -> None:
    here, _ = shared_cluster.edges
    for who, person in outsiders.items():
        assert met(await walk(kept, here, person.token, TRYING), kept.all_marks) == set(), who
    assert met(await walk(kept, here, "", TRYING), kept.all_marks) == set()
    assert met(await walk(kept, here, kept.visitor.token, TRYING), kept.internal) == set()
    conversation = await kept.shop.conversation(kept.room)  # and nothing was changed
    assert (conversation["status"], conversation["blocked"], conversation["version"]) == (
        "open",
        False,
        conversation["version"],
    )


async def test_the_same_walk_shows_everything_to_those_who_answer_for_the_business(
    kept: Kept, shared_cluster: Cluster
) -> None:
    said = await walk(kept, shared_cluster.edges[1], kept.shop.owner.token, READING)
    assert {what for what, _ in met(said, kept.all_marks)} == kept.all_marks.keys()
    said = await walk(kept, shared_cluster.edges[1], kept.visitor.token, READING)
    assert {what for what, _ in met(said, kept.of_visitor)} == kept.of_visitor.keys()


def test_every_parameter_of_a_path_is_known_here() -> None:
    known = {"business_id", "slug", "conversation_id", "user_id", "reply_id", "key_id", "session_id", "attachment_id"}
    assert {name for route in ROUTES for name in route.path_parameters} == known | {"room_id"}
    assert all(route.access is not Access.PUBLIC or "{" not in route.path or "slug" in route.path for route in ROUTES)


def every_frame(room: str, message_id: str) -> list[Frame]:
    """Each frame that names a room, with all that it can name."""
    values: dict[str, Any] = {
        "room": room,
        "message_id": message_id,
        "body": "Let me in",
        "emoji": "👍",
        "before": 100,
        "seq": 1,
    }
    made = []
    for kind in get_args(frames.ClientFrames):
        fields = set(kind.__struct_fields__)
        if "room" in fields and kind is not frames.Typing:
            tag = kind.__struct_config__.tag
            made.append({"type": tag} | {name: value for name, value in values.items() if name in fields})
    return made


async def test_no_frame_opens_a_room_to_whoever_may_not_be_in_it(kept: Kept, outsiders: dict[str, Person]) -> None:
    page = await kept.shop.agent.rest("GET", f"rooms/{kept.notes}/messages")
    note = page["messages"][0]["id"]
    callers = [*outsiders.values(), kept.visitor]
    for person in callers:
        rooms = [kept.notes] if person is kept.visitor else [kept.room, kept.notes]
        async with person.connected() as socket:
            for frame in [each for room in rooms for each in every_frame(room, note)]:
                answer = await socket.ask(frame.pop("type"), **frame)
                assert answer["type"] == "error" or answer.keys() <= {"type", "id"}, (frame, answer)
            said = json.dumps([socket.welcome, *socket.unseen])
        marks = kept.internal if person is kept.visitor else kept.all_marks
        assert [what for what, mark in marks.items() if mark in said] == []


TOLD_TO_VISITOR = {"message", "message_updated", "typing", "read"}
TOLD_TO_TEAM = {"room_created", "conversation_updated"}
NOT_TRIED = {
    "inbox_reset": "names the business only, to those who hear of its conversations",
    "presence": "is not told of agents, who are no members of the room",
    "room_updated": "a support room has nothing that changes",
    "room_deleted": "a support room is erased, not deleted",
    "member_joined": "a support room takes no members",
    "member_left": "a support room takes no members",
    "reconnect": "is about the connection",
}
"""Events that nothing of a business can lead to, with the reason."""


def test_every_event_is_tried_or_has_a_reason() -> None:
    kinds = [kind for kind in frames.ServerFrame.__subclasses__() if "id" not in kind.__struct_fields__]
    assert {kind.__struct_config__.tag for kind in kinds} == TOLD_TO_VISITOR | TOLD_TO_TEAM | NOT_TRIED.keys()


async def everything_that_happens(kept: Kept, shop_url: str) -> None:
    """One of each kind of event of a business."""
    shop, path = kept.shop, f"conversations/{kept.room}"
    async with shop.agent.connected() as agent:
        joined = await agent.ask("join_room", room=kept.room)
        await agent.ask("join_room", room=kept.notes)
        await agent.raw.send_json({"type": "typing", "room": kept.notes})
        note = await agent.send(kept.notes, kept.internal["note"])
        await agent.ask("react", room=kept.notes, message_id=note["message"]["id"], emoji="👍", on=True)
        await agent.raw.send_json({"type": "typing", "room": kept.room})
        answer = await agent.send(kept.room, "An answer", seen=joined["revision"])
        await agent.ask("edit_message", room=kept.room, message_id=answer["message"]["id"], body="A better one")
        await agent.ask("mark_read", room=kept.room, seq=1)
        for change in ({"assignee": shop.owner.id}, {"priority": "urgent"}, {"tags": [kept.internal["tag"], "more"]}):
            await shop.agent.rest("PATCH", path, change)
        _, gone = await shop.visitor(shop_url, message=kept.of_visitor["message"])
        await shop.owner.rest("DELETE", f"conversations/{gone}")
        await shop.owner.rest("PATCH", path, {"status": "resolved"})


async def hears(socket: Socket, wanted: Callable[[Frame], bool]) -> None:
    """Wait for a frame, and keep it for later."""
    socket.unseen.append(await socket.expect(wanted))


async def heard(socket: Socket) -> list[Frame]:
    """What has come before the answer to a question that is asked now."""
    await socket.ask("ping")
    return socket.unseen


async def test_no_event_reaches_whoever_may_not_hear_it(
    kept: Kept, outsiders: dict[str, Person], shared_cluster: Cluster
) -> None:
    here, there = shared_cluster.edges
    async with (
        outsiders["owner of another business"].connected(there) as rival,
        outsiders["another guest"].connected(here) as another_guest,
        outsiders["user"].connected(there) as user,
        kept.visitor.connected(here) as visitor,
        kept.shop.owner.connected(there) as owner,
    ):
        await everything_that_happens(kept, here)
        for kind in TOLD_TO_VISITOR:
            await hears(visitor, lambda frame, kind=kind: frame["type"] == kind)
        await hears(owner, lambda frame: (frame.get("conversation") or {}).get("status") == "resolved")
        everything = await asyncio.gather(*map(heard, (rival, another_guest, user, visitor, owner)))
        *foreign, to_visitor, to_owner = everything
    ids = {"room": kept.room, "notes": kept.notes, "business": kept.shop.id}
    for said in foreign:
        assert [what for what, mark in (kept.all_marks | ids).items() if mark in json.dumps(said)] == []
    assert {frame["type"] for frame in to_visitor} == TOLD_TO_VISITOR
    assert [what for what, mark in kept.internal.items() if mark in json.dumps(to_visitor)] == []
    assert not re.search(f"{kept.notes}|{kept.shop.id}", json.dumps(to_visitor))
    assert {frame["type"] for frame in to_owner} >= TOLD_TO_TEAM
    assert kept.internal["tag"] in json.dumps(to_owner)
