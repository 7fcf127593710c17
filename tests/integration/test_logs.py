"""One message followed by its id: from the frame to the store and to every edge that delivers it."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.integration.cluster import Cluster, cluster
from tests.integration.people import new_room, register
from tests.patience import until
from tests.processes import Process


@pytest.fixture
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that logs everything."""
    settings = {"PARLANCE_LOG_LEVEL": "debug", "PARLANCE_LOG_FORMAT": "json"}
    with cluster(tmp_path_factory.mktemp("talkative"), settings=settings) as running:
        yield running


def events(process: Process, request_id: str) -> list[str]:
    """What a process has logged with this id."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in process.output().splitlines() if request_id in line]
    assert all(line["request_id"] == request_id for line in lines)
    return [line["event"] for line in lines]


async def test_a_message_is_followed_by_one_id_through_all_processes(
    talkative: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = talkative.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as at_bob:
        sent = (await at_ann.send(room, "hello"))["message"]["id"]
        await at_bob.event("message")
        await at_ann.event("message")
        at_here, at_there = talkative.edge_processes
        await until(lambda: events(at_there, sent) == ["message_delivered"])
        await until(lambda: events(at_here, sent) == ["frame_received", "message_sent_on", "message_delivered"])
        (stored,) = [process for process in talkative.messages if events(process, sent)]
        await until(lambda: events(stored, sent) == ["message_stored", "message_published"])

        await at_ann.ask("edit_message", room=room, message_id=sent, body="hello!")
        await at_bob.event("message_updated")
        await until(lambda: events(at_there, sent) == ["message_delivered"] * 2)
        await until(lambda: events(stored, sent) == ["message_stored", "message_published"] * 2)

        posted = str(uuid4())
        await ann.rest("POST", f"rooms/{room}/messages", {"body": "by REST", "message_id": posted})
        await at_bob.event("message")
        await until(lambda: events(at_there, posted) == ["message_delivered"])
        await until(lambda: "message_sent_on" in events(at_here, posted))
    for process in (*talkative.edge_processes, *talkative.messages):
        assert "hello" not in process.output(), "what people write is nobody's business"


async def test_a_message_that_is_sent_over_rest_has_its_id_as_the_id_of_the_request(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    room = (await new_room(ann))["id"]
    headers = {"Authorization": f"Bearer {ann.token}"}
    for message_id, expected in ((str(uuid4()), 201), ("\r\nX-Evil: 1" + "x" * 25, 400), ("é" * 36, 400)):
        url = f"{ann.url}/api/rooms/{room}/messages"
        async with http.post(url, json={"body": "hello", "message_id": message_id}, headers=headers) as response:
            assert response.status == expected
            assert (response.headers["X-Request-Id"] == message_id) == (expected == 201)
            assert "X-Evil" not in response.headers
