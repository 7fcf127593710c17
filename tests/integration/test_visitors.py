"""Two edges, two message services: visitors of a business, and the agents who answer them."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.integration.cluster import Cluster
from tests.integration.people import Frame, Socket
from tests.integration.shops import SITE, Shop


async def change(socket: Socket, room: str, **fields: Any) -> Frame:
    """Wait until an agent is told that a conversation has these values; returns it."""

    def wanted(frame: Frame) -> bool:
        conversation = frame.get("conversation") or {}
        return (
            frame["type"] == "conversation_updated"
            and conversation.get("room") == room
            and all(conversation[name] == value for name, value in fields.items())
        )

    found: Frame = (await socket.expect(wanted))["conversation"]
    return found


async def test_a_visitor_is_answered_live(shop: Shop, shared_cluster: Cluster) -> None:
    here, there = shared_cluster.edges
    async with shop.owner.connected() as owner, shop.agent.connected() as agent:
        vera, room = await shop.visitor(there)
        for socket in (owner, agent):
            created = await socket.event("room_created")
            assert (created["room"]["id"], created["conversation"]["visitor"]["name"]) == (room, "Vera")
        assert (await change(owner, room, unread=1))["last_message"]["body"] == "Help!"
        async with vera.connected(here) as at_vera:
            assert [summary["id"] for summary in at_vera.welcome["rooms"]] == [room]
            joined = await agent.ask("join_room", room=room)
            assert [message["body"] for message in joined["messages"]] == ["Help!"]
            await agent.ask("mark_read", room=room, seq=1)
            assert (await at_vera.event("read"))["seq"] == 1
            await agent.raw.send_json({"type": "typing", "room": room})
            assert (await at_vera.event("typing"))["user"]["id"] == shop.agent.id
            assert (await agent.send(room, "How can I help?", seen=joined["revision"]))["type"] == "ack"
            assert await at_vera.bodies(1) == ["How can I help?"]
            answered = await change(owner, room, waiting_since=None)
            assert (answered["assignee"]["id"], answered["unread"]) == (shop.agent.id, 1)
            await at_vera.send(room, "Thank you")
            assert (await agent.bodies(2))[-1] == "Thank you"


async def test_two_agents_do_not_answer_past_each_other(shop: Shop, shared_cluster: Cluster) -> None:
    _, room = await shop.visitor(shared_cluster.edges[0])
    async with shop.owner.connected() as owner, shop.agent.connected() as agent:
        seen = [(await socket.ask("join_room", room=room))["revision"] for socket in (owner, agent)]
        answers = await asyncio.gather(
            *(
                socket.send(room, f"From {number}", seen=revision)
                for number, (socket, revision) in enumerate(zip((owner, agent), seen, strict=True))
            )
        )
        assert sorted(answer["type"] for answer in answers) == ["ack", "error"]
        slower = (owner, agent)[[answer["type"] for answer in answers].index("error")]
        assert next(answer for answer in answers if answer["type"] == "error")["reason"] == "ANSWERED_MEANWHILE"
        came = await slower.event("message")
        assert (await slower.send(room, "From me too", seen=came["revision"]))["type"] == "ack"


async def test_what_agents_note_among_themselves_no_visitor_sees(shop: Shop, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    vera, room = await shop.visitor(here)
    notes = (await shop.conversation(room))["notes_room"]
    async with vera.connected() as at_vera, shop.agent.connected() as agent, shop.owner.connected() as owner:
        for socket in (agent, owner):
            await socket.ask("join_room", room=notes)
        await agent.send(notes, "A difficult one")
        assert await owner.bodies(1) == ["A difficult one"]
        assert (await at_vera.ask("join_room", room=notes))["code"] == "forbidden"
        assert (await at_vera.send(notes, "Oh?"))["reason"] == "NOT_A_MEMBER"
        await vera.rest("GET", f"rooms/{notes}/messages", status=403)
        await agent.ask("join_room", room=room)
        await agent.send(room, "Hello")
        first = await at_vera.event("message")
        assert (first["message"]["seq"], first["revision"]) == (2, 2)
        assert {frame["type"] for frame in at_vera.unseen} <= {"read"}


async def test_a_visitor_who_is_blocked_is_put_out_at_once(shop: Shop, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    vera, room = await shop.visitor(here)
    async with vera.connected() as at_vera:
        await shop.agent.rest("PATCH", f"conversations/{room}", {"blocked": True})
        assert (await at_vera.event("member_left"))["removed"]
        assert (await at_vera.send(room, "But!"))["reason"] == "NOT_A_MEMBER"
    refused = await shop.visit(here, status=403, headers={"Authorization": f"Bearer {vera.token}"})
    assert refused["reason"] == "VISITOR_BLOCKED"


async def test_who_returns_goes_on_and_opens_what_was_resolved(shop: Shop, shared_cluster: Cluster) -> None:
    here, there = shared_cluster.edges
    vera, room = await shop.visitor(here)
    await shop.agent.rest("POST", f"rooms/{room}/read", {"seq": 1})
    await shop.agent.rest("PATCH", f"conversations/{room}", {"status": "resolved"})
    async with shop.agent.connected() as agent:
        headers = {"Authorization": f"Bearer {vera.token}"}
        again = await shop.visit(there, status=200, headers=headers, message="Me again")
        assert (again["room"], again["user"]["id"]) == (room, vera.id)
        assert (await change(agent, room, status="open"))["last_message"]["body"] == "Me again"


async def test_a_customer_whom_the_business_vouches_for_is_recognised_everywhere(
    shop: Shop, shared_cluster: Cluster
) -> None:
    here, there = shared_cluster.edges
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    await shop.owner.rest("POST", f"businesses/{shop.id}/keys", {"public_key": pem, "key_id": "k1"})
    claims = {"sub": "customer-7", "aud": shop.slug, "exp": time.time() + 600, "name": "Vera Molnar"}
    identity = jwt.encode(claims, key, "EdDSA", headers={"kid": "k1"})
    own = await shop.visit(here, identity=identity)
    vera, anonymous = await shop.visitor(there)
    assert anonymous != own["room"]
    async with vera.connected() as at_vera:
        headers = {"Authorization": f"Bearer {vera.token}"}
        merged = await shop.visit(there, status=200, headers=headers, message="", identity=identity)
        assert merged["room"] == own["room"]
        assert (await at_vera.event("member_left"))["room"] == anonymous
    details = await shop.agent.rest("GET", f"conversations/{own['room']}")
    assert details["conversation"]["visitor"]["name"] == "Vera Molnar"
    assert details["conversation"]["visitor"]["verified"]
    assert [earlier["room"] for earlier in details["earlier"]] == [anonymous]


async def test_a_retry_with_the_same_key_is_the_same_visit(shop: Shop, shared_cluster: Cluster) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(*(shop.visit(url, headers=headers) for url in shared_cluster.edges * 3))
    assert len({answer["room"] for answer in answers}) == 1
    assert len({answer["message"]["id"] for answer in answers}) == 1
    page = await shop.owner.rest("GET", f"businesses/{shop.id}/conversations")
    assert [conversation["seq"] for conversation in page["conversations"]] == [1]
    refused = await shop.visit(shared_cluster.edges[0], headers=headers, message="Other", status=409)
    assert refused["reason"] == "IDEMPOTENCY_KEY_REUSED"


async def test_only_listed_sites_let_visitors_in(shop: Shop, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    refused = await shop.visit(here, status=403, headers={"Origin": "https://evil.example"})
    assert refused["reason"] == "ORIGIN_NOT_ALLOWED"
    assert (await shop.visit(here, headers={"Origin": SITE}))["room"]


async def test_an_agent_who_is_removed_hears_nothing_more(shop: Shop, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    vera, room = await shop.visitor(here)
    async with shop.agent.connected() as agent, vera.connected() as at_vera:
        await agent.ask("join_room", room=room)
        await shop.owner.rest("DELETE", f"businesses/{shop.id}/agents/{shop.agent.id}")
        assert (await agent.event("member_left"))["room"] == room
        await at_vera.send(room, "Still there?")
        await shop.visitor(here)
        assert (await agent.ask("join_room", room=room))["code"] == "not_found"
        assert (await agent.send(room, "Hello"))["reason"] == "NOT_A_MEMBER"
        assert [frame for frame in agent.unseen if frame["type"] in {"message", "room_created"}] == []


async def test_an_erased_visitor_leaves_nothing(shop: Shop, shared_cluster: Cluster) -> None:
    here, _ = shared_cluster.edges
    vera, room = await shop.visitor(here)
    async with shop.agent.connected() as agent, vera.connected() as at_vera:
        await shop.owner.rest("DELETE", f"conversations/{room}")
        gone = await agent.expect(lambda frame: frame["type"] == "conversation_updated" and not frame["conversation"])
        assert gone["room"] == room
        assert await at_vera.closed() == 4403
    await shop.owner.rest("GET", f"conversations/{room}", status=404)
    await vera.rest("GET", "auth/me", status=401)
    assert (await shop.owner.rest("GET", f"businesses/{shop.id}/leads"))["leads"] == []
