"""Bad input and the ends of connections: the documented answer, and nobody else notices."""

import asyncio
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
import pytest

from tests.integration.cluster import Cluster
from tests.integration.people import Socket, new_room, register

MESSAGE_ID = str(uuid4())


@pytest.mark.parametrize(
    ("frame", "code", "reason"),
    [
        ({"type": "dance"}, "invalid", "BAD_FRAME"),
        ({"type": "typing", "room": 7}, "invalid", "BAD_FRAME"),
        ({"type": "send_message", "room": "ROOM", "message_id": MESSAGE_ID, "body": ""}, "invalid", "BODY_EMPTY"),
        ({"type": "send_message", "room": "ROOM", "message_id": MESSAGE_ID, "body": " \n"}, "invalid", "BODY_EMPTY"),
        (
            {"type": "send_message", "room": "ROOM", "message_id": MESSAGE_ID, "body": "x" * 4001},
            "invalid",
            "BAD_FRAME",
        ),
        ({"type": "send_message", "room": "ROOM", "message_id": "1" * 36, "body": "x"}, "invalid", "BAD_MESSAGE_ID"),
        (
            {"type": "send_message", "room": str(uuid4()), "message_id": MESSAGE_ID, "body": "x"},
            "forbidden",
            "NOT_A_MEMBER",
        ),
        ({"type": "join_room", "room": "no such room"}, "not_found", "ROOM_NOT_FOUND"),
        (
            {"type": "edit_message", "room": "ROOM", "message_id": MESSAGE_ID, "body": "x"},
            "not_found",
            "NO_SUCH_MESSAGE",
        ),
        ({"type": "history", "room": "ROOM", "before": 0}, "invalid", "BAD_FRAME"),
        ({"type": "history", "room": "ROOM", "before": 1, "limit": 101}, "invalid", "BAD_FRAME"),
        ({"type": "react", "room": "ROOM", "message_id": MESSAGE_ID, "emoji": "yes"}, "invalid", "BAD_EMOJI"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_connection_survives(
    shared_cluster: Cluster, http: aiohttp.ClientSession, frame: dict[str, Any], code: str, reason: str
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    room = (await new_room(ann))["id"]
    async with ann.connected() as socket:
        fields = {name: room if value == "ROOM" else value for name, value in frame.items() if name != "type"}
        refused = await socket.ask(frame["type"], **fields)
        assert (refused["type"], refused["code"], refused["reason"]) == ("error", code, reason)
        assert refused["message"]
        assert (await socket.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize(
    ("text", "close_code"),
    [("{nope", 4400), ("[]", 4400), ('"auth"', 4400), ('{"type":"ping"}', 4401), ('{"type":"auth","token":"x"}', 4401)],
)
async def test_a_stranger_is_shown_the_door(
    shared_cluster: Cluster, http: aiohttp.ClientSession, text: str, close_code: int
) -> None:
    async with Socket.open(http, shared_cluster.edges[0]) as socket:
        await socket.raw.send_str(text)
        assert await socket.closed() == close_code


async def test_a_frame_of_65_kib_closes_only_its_own_connection(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann, bob = [await register(http, shared_cluster.edges[0]) for _ in range(2)]
    async with ann.connected() as at_ann, bob.connected() as at_bob:
        await at_ann.raw.send_str('{"type":"ping","id":"' + "x" * 65 * 1024 + '"}')
        assert await at_ann.closed() == 1009
        assert (await at_bob.ask("ping"))["type"] == "pong"


async def test_forged_and_foreign_tokens_are_refused(shared_cluster: Cluster, http: aiohttp.ClientSession) -> None:
    ann = await register(http, shared_cluster.edges[0])
    claims = jwt.decode(ann.token, options={"verify_signature": False})
    header = jwt.get_unverified_header(ann.token)
    forged = [
        jwt.encode({**claims, "role": "admin"}, "s" * 32, algorithm="HS256", headers={"kid": header["kid"]}),
        jwt.encode(claims, "", algorithm="none", headers={"kid": header["kid"]}),
        ann.token[:-8] + "AAAAAAAA",
    ]
    for token in forged:
        async with Socket.open(http, shared_cluster.edges[0]) as socket:
            refused = await socket.ask("auth", token=token)
            assert (refused["code"], refused["reason"]) == ("unauthenticated", "TOKEN_INVALID")
            assert await socket.closed() == 4401


async def test_a_message_id_of_somebody_else_is_refused(shared_cluster: Cluster, http: aiohttp.ClientSession) -> None:
    ann, bob = [await register(http, url) for url in shared_cluster.edges]
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as at_bob:
        stored = (await at_ann.send(room, "mine"))["message"]
        again = await at_ann.ask("send_message", room=room, message_id=stored["id"], body="mine")
        assert again["message"] == stored
        taken = await at_bob.ask("send_message", room=room, message_id=stored["id"], body="yours")
        assert (taken["code"], taken["reason"]) == ("already_exists", "MESSAGE_ID_TAKEN")
        assert (await at_bob.ask("history", room=room, before=100))["messages"] == [stored]


async def test_logging_out_ends_the_connections_of_that_session_on_every_edge(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann = await register(http, here)
    async with ann.connected() as at_here, ann.connected(there) as at_there:
        await ann.rest("POST", "auth/logout", {"refresh_token": ann.refresh_token})
        assert await at_here.closed() == await at_there.closed() == 4403
    async with Socket.open(http, there) as socket:
        assert (await socket.ask("auth", token=ann.token))["reason"] == "SESSION_ENDED"


async def test_deleting_a_user_ends_its_connections_and_frees_its_name(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann = await register(http, here)
    async with ann.connected(there) as socket:
        await ann.rest("DELETE", f"users/{ann.id}")
        assert await socket.closed() == 4403
    assert (await register(http, here, ann.name)).id != ann.id


async def test_a_kick_closes_the_door_on_every_edge(shared_cluster: Cluster, http: aiohttp.ClientSession) -> None:
    here, there = shared_cluster.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as at_bob:
        await ann.rest("DELETE", f"rooms/{room}/members/{bob.id}?ban=true")
        assert (await at_bob.event("member_left", room=room))["removed"] is True
        assert (await at_ann.event("member_left", room=room))["user"]["id"] == bob.id
        assert (await at_bob.send(room, "still here"))["reason"] == "NOT_A_MEMBER"
        assert (await at_bob.ask("join_room", room=room))["reason"] == "BANNED"
        await at_ann.send(room, "gone")
        assert (await at_bob.ask("ping"))["type"] == "pong"
        assert not [frame for frame in at_bob.unseen if frame["type"] == "message"]


async def test_who_is_brought_into_a_room_hears_it_at_once(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann, bob = await register(http, here), await register(http, there)
    async with bob.connected() as at_bob, ann.connected() as at_ann:
        room = (await new_room(ann, kind="private"))["id"]
        await at_ann.event("room_created")
        await ann.rest("POST", f"rooms/{room}/members", {"username": bob.name})
        assert (await at_bob.event("room_created"))["room"]["id"] == room
        await at_ann.send(room, "welcome")
        assert await at_bob.bodies(1) == ["welcome"]
        await ann.rest("DELETE", f"rooms/{room}")
        await asyncio.gather(at_bob.event("room_deleted", room=room), at_ann.event("room_deleted", room=room))
        assert (await at_bob.send(room, "hello?"))["reason"] == "NOT_A_MEMBER"


async def test_a_connection_that_says_too_much_is_slowed_and_then_cut(
    tmp_path_factory: pytest.TempPathFactory, http: aiohttp.ClientSession
) -> None:
    from tests.integration.cluster import cluster

    with cluster(
        tmp_path_factory.mktemp("slow"), edges=1, messages=1, settings={"PARLANCE_FRAMES_PER_SECOND": "5"}
    ) as running:
        ann = await register(http, running.edges[0])
        async with ann.connected() as socket:
            for _ in range(15):
                await socket.raw.send_json({"type": "ping"})
            slowed = await socket.event("error")
            assert (slowed["code"], slowed["reason"]) == ("rate_limited", "TOO_FAST")
            assert slowed["retry_after"] > 0
            for _ in range(30):
                await socket.raw.send_json({"type": "ping"})
            assert await socket.closed() == 4429


async def test_a_query_that_is_far_too_long_is_refused_as_a_query(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    headers = {"Authorization": f"Bearer {ann.token}"}
    async with http.get(f"{shared_cluster.edges[0]}/api/search?q={'x' * 20_000}", headers=headers) as response:
        assert response.status == 400
        assert (await response.json(content_type="application/problem+json"))["field"] == "q"
