from contextlib import ExitStack

import pytest

from edge import delivery
from mesh import broker
from mesh.errors import Internal
from tests.edge.stage import Peer, Services, Stage
from tests.patience import until


async def listener(stage: Stage) -> Peer:
    """Somebody who is in the room."""
    return await stage.log_in("ann")


async def test_two_batches_that_overtook_each_other_are_put_in_order_without_asking(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "GAP_SECONDS", 60.0)
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    for _ in range(4):
        log.write()
    stage.hear("r", 3, 4)
    assert peer.revisions() == []
    stage.hear("r", 1, 2)
    stage.hear("r", 2, 3)
    assert peer.revisions() == [1, 2, 3, 4]
    assert not services.asked("ListChanges")


async def test_what_was_written_here_is_delivered_when_it_is_stored_and_once(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    room, message = stage.hub.rooms["r"], log.write()
    stage.hub.delivery.stored(room, [message])
    assert peer.revisions() == [1]
    stage.hear("r", 1)
    stage.hub.delivery.stored(room, [message])
    assert peer.revisions() == [1]


async def test_what_was_written_here_waits_for_what_was_stored_before_it(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    room, first = stage.hub.rooms["r"], log.write()
    log.write()
    third = log.write()
    stage.hub.delivery.stored(room, [third])
    assert peer.revisions() == []
    stage.hub.delivery.stored(room, [first, third])
    assert peer.revisions() == [1]
    stage.hear("r", 2, 3)
    assert peer.revisions() == [1, 2, 3]


async def test_a_gap_that_stays_is_filled_from_the_log(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    for _ in range(3):
        log.write()
    log.change("m1")
    stage.hear("r", 3)
    await until(peer.revisions)
    stage.hear("r", 4)
    assert peer.revisions() == [2, 3, 4]
    assert services.asked("ListChanges")[0].after_revision == 0
    assert not stage.hub.delivery._filling


async def test_what_comes_while_the_log_is_asked_is_neither_lost_nor_doubled(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    for _ in range(3):
        log.write()
    with services.paused("ListChanges"):
        stage.hear("r", 3)
        await until(lambda: services.asked("ListChanges"))
        stage.hear("r", 1, 2)
        assert peer.revisions() == [1, 2, 3]
        stage.write("r")
    stage.write("r")
    await until(lambda: not stage.hub.delivery._filling)
    assert peer.revisions() == [1, 2, 3, 4, 5]


async def test_while_the_log_cannot_be_asked_it_is_asked_again(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_RETRY_SECONDS", 0.01)
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    changes, services.answers["ListChanges"] = services.answers["ListChanges"], Internal()
    log.write()
    stage.hub.delivery.told(stage.hub.rooms["r"], 1)
    await until(lambda: len(services.asked("ListChanges")) > 2)
    services.answers["ListChanges"] = changes
    await until(lambda: peer.revisions() == [1])


async def test_the_log_is_asked_only_as_long_as_somebody_is_there(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_RETRY_SECONDS", 0.01)
    services.add_room("r", "ann")
    peer = await listener(stage)
    services.answers["ListChanges"] = Internal()
    stage.hub.delivery.told(stage.hub.rooms["r"], 5)
    await until(lambda: services.asked("ListChanges"))
    stage.end(peer)
    await until(lambda: not stage.hub.delivery._filling)
    assert not stage.hub.rooms


async def test_names_that_are_late_hold_up_neither_order_nor_what_comes_before_them(
    stage: Stage, services: Services
) -> None:
    services.add_room("r", "ann")
    services.add_user("bob")
    peer = await listener(stage)
    with services.paused("BatchGetUsers"):
        for sender in ("ann", "bob", "ann"):
            stage.write("r", sender)
        assert peer.revisions() == [1]
        await until(lambda: services.asked("BatchGetUsers"))
    await until(lambda: len(peer.revisions()) == 3)
    assert peer.revisions() == [1, 2, 3]
    assert [frame["message"]["sender"]["name"] for frame in peer.of("message")] == ["Ann", "Bob", "Ann"]


async def test_new_senders_one_after_the_other_do_not_hold_up_those_before_them(
    stage: Stage, services: Services
) -> None:
    services.add_room("r", "ann")
    for sender in ("bob", "cid"):
        services.add_user(sender)
    peer = await listener(stage)
    with ExitStack() as pauses:
        bobs_name = pauses.enter_context(ExitStack())
        bobs_name.enter_context(services.paused("BatchGetUsers"))
        stage.write("r", "bob")
        await until(lambda: len(services.asked("BatchGetUsers")) == 1)
        pauses.enter_context(services.paused("BatchGetUsers"))
        stage.write("r", "cid")
        bobs_name.close()
        await until(lambda: peer.revisions() == [1])
        await until(lambda: len(services.asked("BatchGetUsers")) == 2)
    await until(lambda: peer.revisions() == [1, 2])


async def test_a_message_without_a_name_is_better_than_none(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await listener(stage)
    services.answers["BatchGetUsers"] = Internal()
    stage.write("r", "bob")
    await until(lambda: peer.revisions() == [1])
    assert peer.of("message")[0]["message"]["sender"] == {"id": "bob", "name": "Unknown user", "guest": False}


async def test_garbage_on_a_channel_harms_nobody(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann")
    peer = await listener(stage)
    await broker.publish(stage.redis, [("room:r", b"\xff\xff garbage")])
    log.write()
    await stage.publish("r", 1)
    await until(lambda: peer.revisions() == [1])
