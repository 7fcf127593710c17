"""Two edges, two message services: what people see of each other."""

import asyncio
from uuid import uuid4

import aiohttp

from tests.integration.cluster import Cluster
from tests.integration.people import new_room, register


async def test_people_on_two_edges_talk_in_order_with_typing_and_presence(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    async with ann.connected() as at_ann:
        async with bob.connected() as at_bob:
            await at_bob.ask("join_room", room=room)
            assert (await at_ann.event("member_joined"))["user"]["id"] == bob.id
            for number in range(20):
                speaker = (at_ann, at_bob)[number % 2]
                assert (await speaker.send(room, str(number)))["type"] == "ack"
            assert await at_ann.bodies(20) == await at_bob.bodies(20) == [str(number) for number in range(20)]
            await at_bob.raw.send_json({"type": "typing", "room": room})
            assert (await at_ann.event("typing"))["user"]["name"] == bob.name
        assert (await at_ann.event("presence", online=False))["user"]["id"] == bob.id


async def test_a_late_joiner_gets_the_last_fifty_and_then_what_follows(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann, eve = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    async with ann.connected() as at_ann, eve.connected() as at_eve:
        for number in range(60):
            await at_ann.send(room, str(number))
        joined = await at_eve.ask("join_room", room=room)
        assert [message["body"] for message in joined["messages"]] == [str(number) for number in range(10, 60)]
        assert (joined["revision"], joined["reset"], joined["summary"]["seq"]) == (60, True, 60)
        await at_ann.send(room, "afterwards")
        assert await at_eve.bodies(1) == ["afterwards"]
        older = await at_eve.ask("history", room=room, before=11, limit=100)
        assert [message["seq"] for message in older["messages"]] == list(range(10, 0, -1))


async def test_who_was_away_gets_exactly_what_changed_before_anything_newer(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    async with ann.connected() as at_ann:
        async with bob.connected() as at_bob:
            await at_bob.ask("join_room", room=room)
            first, second, third = [(await at_ann.send(room, body))["message"]["id"] for body in "abc"]
            known = [(await at_bob.event("message"))["revision"] for _ in range(3)][-1]
        await at_ann.ask("edit_message", room=room, message_id=first, body="A")
        await at_ann.ask("edit_message", room=room, message_id=first, body="A!")
        await at_ann.ask("delete_message", room=room, message_id=second)
        await at_ann.ask("react", room=room, message_id=third, emoji="👍")
        await at_ann.send(room, "d")
        async with bob.connected(here, resume={room: known}) as at_bob:
            assert at_bob.welcome["reset"] == []
            await at_ann.send(room, "e")
            events = [await at_bob.expect(lambda frame: "revision" in frame) for _ in range(5)]
        revisions = [event["revision"] for event in events]
        assert revisions == sorted(set(revisions))
        assert [event["message"]["body"] for event in events] == ["A!", "", "c", "d", "e"]
        assert [event["type"] for event in events] == ["message_updated"] * 3 + ["message"] * 2
        assert events[1]["message"]["deleted_at"] is not None
        assert events[2]["message"]["reactions"] == [{"emoji": "👍", "users": [ann.id]}]


async def test_join_room_with_after_answers_with_the_changes(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    room = (await new_room(ann))["id"]
    async with ann.connected() as socket:
        first = (await socket.send(room, "one"))["message"]["id"]
        await socket.send(room, "two")
        await socket.ask("edit_message", room=room, message_id=first, body="ONE")
        changes = await socket.ask("join_room", room=room, after=1)
        assert [message["body"] for message in changes["messages"]] == ["two", "ONE"]
        assert (changes["revision"], changes["reset"]) == (3, False)
        anew = await socket.ask("join_room", room=room, after=1_000_000)
        assert (anew["reset"], [message["body"] for message in anew["messages"]]) == (True, ["ONE", "two"])


async def test_a_resumed_room_that_is_unknown_or_too_far_is_reset(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    room, stranger = (await new_room(ann))["id"], str(uuid4())
    async with ann.connected(resume={room: 99, stranger: 1}) as socket:
        assert socket.welcome["reset"] == sorted([room, stranger])


async def test_unread_counts_and_read_markers_agree_on_all_devices(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = shared_cluster.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as phone, bob.connected(here) as laptop:
        for number in range(3):
            await at_ann.send(room, str(number))
        await laptop.bodies(3)
        assert (await laptop.ask("mark_read", room=room, seq=2))["read_seq"] == 2
        assert (await phone.event("read"))["seq"] == 2
        assert (await phone.ask("mark_read", room=room, seq=1))["read_seq"] == 2
        assert (await at_ann.event("read"))["user"] == bob.id
    (summary,) = (await bob.rest("GET", "auth/me"))["rooms"]
    assert (summary["seq"], summary["read_seq"], summary["unread"]) == (3, 2, 1)


async def test_twenty_writers_on_two_services_make_one_dense_log_that_everybody_sees_in_order(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    """Every other sender bypasses the usual choice of replica, so that both services write the same room at once."""
    here, there = shared_cluster.edges
    owner = await register(http, here)
    room = (await new_room(owner))["id"]
    senders = await asyncio.gather(*(register(http, (here, there)[number % 2]) for number in range(20)))
    each = 25
    async with owner.connected() as at_here, owner.connected(there) as at_there:

        async def talk(number: int) -> None:
            async with senders[number].connected() as socket:
                await socket.ask("join_room", room=room)
                for place in range(each):
                    answer = await socket.send(room, f"{number}:{place}")
                    assert answer["type"] == "ack", answer

        await asyncio.gather(*map(talk, range(20)))
        total = 20 * each
        seen = [[await socket.event("message") for _ in range(total)] for socket in (at_here, at_there)]
    assert seen[0] == seen[1]
    assert [event["message"]["seq"] for event in seen[0]] == list(range(1, total + 1))
    assert [event["revision"] for event in seen[0]] == list(range(1, total + 1))
    for number in range(20):
        mine = [body for event in seen[0] if (body := event["message"]["body"]).startswith(f"{number}:")]
        assert mine == [f"{number}:{place}" for place in range(each)]
