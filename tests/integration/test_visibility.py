"""Nothing of one business is visible to another, and nothing internal to a visitor: not by a route, frame, page or event.

What belongs to a business carries marks that stand nowhere else. Whoever may not see it asks for everything that there is,
and must not meet a mark; the owner asks for the same, and must meet them all.
"""

import json
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import hdrs

from edge import frames
from edge.rest import ROUTES
from edge.rest.refresh_cookie import NAME
from edge.rest.routing import Access, Route
from tests.integration.cast import EVERYBODY, TEAM, Cast
from tests.integration.cluster import Cluster
from tests.integration.kept import Kept, keep, met
from tests.integration.people import Frame, Person, Socket
from tests.integration.room_frames import FIELDS_OF, fields_for

CHANGES_ONE_SELF = {"/api/auth/logout", "/api/auth/sessions/{session_id}", "/api/users/{user_id}"}
"""Routes that would end a caller instead of telling it something."""
OUTSIDERS = EVERYBODY - TEAM - {"guest"}
"""Those who may see nothing of the business beside its profile."""


@pytest.fixture
async def kept(cast: Cast) -> Kept:
    """A business with a visitor, and something of everything."""
    return await keep(cast)


async def ask(http: aiohttp.ClientSession, url: str, route: Route, path: str, token: str) -> tuple[int, str]:
    """Call a route with as little as it takes; returns the status, and all that it says."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = None if route.method == "GET" else {}
    async with http.request(route.method, f"{url}{path}", json=body, headers=headers) as response:
        return response.status, f"{await response.text()} {response.headers}"


def addresses(route: Route, kept: Kept) -> list[str]:
    """A route's addresses for what the business has: both of its rooms, where it is about rooms."""
    queries = {"/api/search": [f"?q={kept.internal['note']}", f"?q={kept.of_visitor['message']}"]}
    rooms = [kept.cast.room, kept.cast.notes] if "room_id" in route.path_parameters else [""]
    paths = [route.path.format(**(kept.names | {"room_id": room})) for room in rooms]
    return [path + query for path in paths for query in queries.get(route.path, [""])]


async def walk(kept: Kept, url: str, caller: Person | None, routes: list[Route]) -> dict[str, str]:
    """Ask for everything; returns what was said, by address."""
    said = {}
    for route in routes:
        for path in addresses(route, kept):
            status, text = await ask(kept.cast.shop.owner.http, url, route, path, caller.token if caller else "")
            assert status < 500, (route.method, path, text)
            said[f"{route.method} {path}"] = text
    return said


async def settings(kept: Kept) -> Frame:
    """All of a conversation that somebody decides."""
    conversation = await kept.cast.shop.conversation(kept.cast.room)
    decided = ("status", "assignee", "tags", "priority", "snoozed_until", "blocked", "merged_into", "visitor")
    return {name: conversation[name] for name in decided}


READING = [route for route in ROUTES if route.method == "GET"]
TRYING = [
    route
    for route in ROUTES
    if route.path not in CHANGES_ONE_SELF
    and (route.path_parameters or route.method == "GET")
    and not route.takes_stream
]


async def test_no_route_tells_anything_to_whoever_may_not_know_it(kept: Kept, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    before = await settings(kept)
    for who in OUTSIDERS:
        assert met(await walk(kept, here, kept.cast.callers[who], TRYING), kept.all_marks) == set(), who
    assert met(await walk(kept, here, kept.cast.person("guest"), TRYING), kept.internal) == set()
    assert await settings(kept) == before


async def test_the_same_walk_shows_everything_to_those_who_answer_for_the_business(
    kept: Kept, shared_cluster: Cluster
) -> None:
    said = await walk(kept, shared_cluster.edges[1], kept.cast.shop.owner, READING)
    assert {what for what, _ in met(said, kept.all_marks)} == kept.all_marks.keys()
    said = await walk(kept, shared_cluster.edges[1], kept.cast.person("guest"), READING)
    assert {what for what, _ in met(said, kept.of_visitor)} == kept.of_visitor.keys()


def test_every_parameter_of_a_path_is_known_here() -> None:
    known = {"business_id", "slug", "conversation_id", "user_id", "reply_id", "key_id", "session_id", "attachment_id"}
    assert {name for route in ROUTES for name in route.path_parameters} == known | {"room_id"}
    assert all(route.access is not Access.PUBLIC or "{" not in route.path or "slug" in route.path for route in ROUTES)


async def test_no_frame_tells_anything_to_whoever_may_not_know_it(kept: Kept) -> None:
    page = await kept.cast.shop.agent.rest("GET", f"rooms/{kept.cast.notes}/messages")
    note = page["messages"][0]["id"]
    for who in OUTSIDERS - {"nobody"} | {"guest"}:
        rooms = [kept.cast.notes] if who == "guest" else [kept.cast.room, kept.cast.notes]
        async with kept.cast.person(who).connected() as socket:
            for kind, room in [(kind, room) for kind in FIELDS_OF.keys() - {"typing"} for room in rooms]:
                answer = await socket.ask(kind, **fields_for(kind, room, note))
                assert answer["type"] == "error" or answer.keys() <= {"type", "id"}, (who, kind, answer)
            said = json.dumps([socket.welcome, *socket.unseen])
        assert met({who: said}, kept.internal if who == "guest" else kept.all_marks) == set()


@pytest.mark.parametrize(("page", "internal"), [("b", set()), ("widget", {("site", "headers")})])
async def test_a_page_is_the_same_for_everybody(kept: Kept, page: str, internal: set[tuple[str, str]]) -> None:
    """Nothing internal is in it, but that browsers are told which sites may embed the widget."""
    shop, said = kept.cast.shop, {}
    for who, caller in kept.cast.callers.items():
        proof = (
            {"Authorization": f"Bearer {caller.token}", "Cookie": f"{NAME}={caller.refresh_token}"} if caller else {}
        )
        async with shop.owner.http.get(f"{shop.owner.url}/{page}/{shop.slug}", headers=proof) as response:
            told = {name: value for name, value in response.headers.items() if name != hdrs.DATE}
            said[who] = {"text": await response.text(), "headers": str(told)}
    assert {who for who, answer in said.items() if answer != said["nobody"]} == set()
    assert "Acme" in said["nobody"]["text"]
    assert met(said["nobody"], kept.all_marks | kept.ids) == internal


TOLD_TO_VISITOR = {"message", "message_updated", "typing", "read", "room_created", "member_left"}
TOLD_TO_TEAM = {"room_created", "conversation_updated"}
TOLD_OF_VISITOR = {"presence", "room_deleted"}
HEARD = {
    "guest": TOLD_TO_VISITOR,  # until it is erased, which ends its session
    "admin": TOLD_TO_VISITOR | TOLD_TO_TEAM | TOLD_OF_VISITOR,  # it has joined both rooms
    "owner": TOLD_TO_TEAM,  # it has joined none
}
"""Whom each event of a business reaches; all others hear nothing of it. The agent is the one who acts."""
NOT_TRIED = {
    "inbox_reset": "names the business only, to those who hear of its conversations",
    "room_updated": "a support room has nothing that changes",
    "member_joined": "a support room takes no members",
    "reconnect": "is about the connection",
}
"""Events that nothing of a business can lead to, with the reason."""


def test_every_event_is_tried_or_has_a_reason() -> None:
    kinds = [kind for kind in frames.ServerFrame.__subclasses__() if "id" not in kind.__struct_fields__]
    assert {kind.__struct_config__.tag for kind in kinds} == set().union(*HEARD.values()) | NOT_TRIED.keys()


async def everything_that_happens(kept: Kept, url: str) -> None:
    """One of each kind of event of a business, but that its visitor is erased."""
    shop, room, notes = kept.cast.shop, kept.cast.room, kept.cast.notes
    async with shop.agent.connected() as agent:
        joined = await agent.ask("join_room", room=room)
        await agent.ask("join_room", room=notes)
        await agent.raw.send_json({"type": "typing", "room": notes})
        note = await agent.send(notes, kept.internal["note"])
        await agent.ask("react", room=notes, message_id=note["message"]["id"], emoji="👍", on=True)
        await agent.raw.send_json({"type": "typing", "room": room})
        answer = await agent.send(room, "An answer", seen=joined["revision"])
        await agent.ask("edit_message", room=room, message_id=answer["message"]["id"], body="A better one")
        await agent.ask("mark_read", room=room, seq=1)
        await shop.visitor(url, message=kept.of_visitor["message"])
        tags = [kept.internal["tag"], "more"]
        decided = ({"assignee": shop.owner.id}, {"priority": "urgent"}, {"tags": tags}, {"blocked": True})
        for change in (*decided, {"blocked": False}):
            await shop.agent.rest("PATCH", f"conversations/{room}", change)


async def hears(socket: Socket, kind: str, **fields: Any) -> None:
    """Wait for an event, and keep it for later."""
    socket.unseen.append(await socket.event(kind, **fields))


async def heard(socket: Socket) -> list[Frame]:
    """What has come before the answer to a question that is asked now."""
    await socket.ask("ping")
    return socket.unseen


async def test_every_event_reaches_those_and_nobody_else(kept: Kept, shared_cluster: Cluster) -> None:
    cast, sockets = kept.cast, {}
    async with AsyncExitStack() as stack:
        for who in EVERYBODY - {"agent", "guest", "nobody"}:
            sockets[who] = await stack.enter_async_context(cast.person(who).connected())
        for room in (cast.room, cast.notes):
            await sockets["admin"].ask("join_room", room=room)
        guest = await stack.enter_async_context(cast.person("guest").connected())
        await everything_that_happens(kept, shared_cluster.edges[0])
        for kind in TOLD_TO_VISITOR:
            await hears(guest, kind)
        came = {"guest": await heard(guest)}
        await cast.shop.owner.rest("DELETE", f"conversations/{cast.room}")
        for who in ("admin", "owner"):
            for kind in HEARD[who]:
                await hears(sockets[who], kind)
            await hears(sockets[who], "conversation_updated", room=cast.room, conversation=None)
        came |= {who: await heard(socket) for who, socket in sockets.items()}
    assert {who: {event["type"] for event in came[who]} for who in HEARD} == HEARD
    said = {who: json.dumps([socket.welcome, *came[who]]) for who, socket in (sockets | {"guest": guest}).items()}
    assert met({who: said[who] for who in said.keys() - HEARD.keys()}, kept.all_marks | kept.ids) == set()
    ids_of_team = {"notes": cast.notes, "business": cast.shop.id}
    assert met({"guest": said["guest"]}, kept.internal | ids_of_team) == set()
    assert kept.internal["tag"] in said["owner"]
    assert kept.internal["note"] in said["admin"]
