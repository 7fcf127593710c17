import asyncio
from collections.abc import AsyncIterator

import pytest

from edge import presence
from edge.presence import PresenceReporter, told_rooms
from parlance.room.v1 import room_pb2
from tests.edge.stage import Services, Stage
from tests.patience import until


@pytest.fixture
async def reporter(stage: Stage) -> AsyncIterator[PresenceReporter]:
    """One that has heard of nobody yet."""
    reporter = PresenceReporter(stage.backends, stage.hub)
    yield reporter
    reporter.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes is gone at once."""
    monkeypatch.setattr(presence, "LINGER_SECONDS", 0.0)


def reports(services: Services, edge: PresenceReporter) -> list[tuple[str, bool, list[str]]]:
    return [
        (report.user_id, report.online, sorted(report.room_ids))
        for request in services.asked("UpdatePresence")
        if request.edge_id == edge._edge_id
        for report in request.reports
    ]


async def test_who_comes_is_reported_with_the_rooms_that_want_to_know(
    stage: Stage, services: Services, reporter: PresenceReporter
) -> None:
    services.add_room("r", "ann")
    services.add_room("crowd", "ann")
    peer = await stage.log_in("ann")
    stage.hub.rooms["crowd"].large = True
    assert told_rooms(peer.connection) == ["r"]
    reporter.came("ann")
    await until(lambda: reports(services, reporter) == [("ann", True, ["r"])])


async def test_a_visitor_is_not_told_which_agents_come_and_go_but_they_are_told_of_it(
    stage: Stage, services: Services
) -> None:
    services.add_room("chat", "vera", "ann")
    vera, ann = await stage.log_in("vera"), await stage.log_in("ann")
    stage.hub.rooms["chat"].describe(room_pb2.Room(business="acme", guest="vera"))
    assert (told_rooms(vera.connection), told_rooms(ann.connection)) == (["chat"], [])


async def test_who_goes_is_reported_after_a_while(
    services: Services, reporter: PresenceReporter, impatient: None
) -> None:
    reporter.went("ann", ["r"])
    assert reports(services, reporter) == []
    await until(lambda: reports(services, reporter) == [("ann", False, ["r"])])
    assert not reporter._lingering


async def test_who_is_back_in_time_was_never_away(services: Services, reporter: PresenceReporter) -> None:
    reporter.went("ann", ["r"])
    reporter.came("ann")
    reporter.came("bob")
    await until(lambda: reports(services, reporter))
    assert reports(services, reporter) == [("bob", True, [])]
    assert not reporter._lingering


async def test_who_goes_twice_and_comes_back_is_not_reported_gone(
    services: Services, reporter: PresenceReporter
) -> None:
    reporter.went("ann", ["r"])
    first = reporter._lingering["ann"]
    reporter.went("ann", ["r"])
    assert first.cancelled()
    second = reporter._lingering["ann"]
    reporter.came("ann")
    assert second.cancelled()


async def test_all_who_are_here_are_reported_again_in_batches_however_many(
    stage: Stage, services: Services, reporter: PresenceReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_BATCH", 3)
    for number in range(8):
        await stage.log_in(f"u{number}")
    await reporter.report_all()
    assert [user_id for user_id, _, _ in reports(services, reporter)] == [f"u{number}" for number in range(8)]


async def test_who_goes_while_everybody_is_reported_is_not_said_to_be_here(
    stage: Stage, services: Services, reporter: PresenceReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_BATCH", 1)
    peers = [await stage.log_in(user_id) for user_id in ("ann", "bob", "cid")]
    with services.paused("UpdatePresence"):
        reporting = asyncio.create_task(reporter.report_all())
        await until(lambda: reports(services, reporter))
        stage.end(peers[1])
    await reporting
    assert [user_id for user_id, _, _ in reports(services, reporter)] == ["ann", "cid"]


async def test_nothing_is_reported_after_the_end(
    services: Services, reporter: PresenceReporter, impatient: None
) -> None:
    reporter.went("ann", [])
    timer = reporter._lingering["ann"]
    reporter.close()
    assert timer.cancelled()
