import asyncio
from collections.abc import Sequence

import pytest

from mesh.errors import Unavailable
from message_service.activity import Activity, LastMessage


class Reports:
    """What was reported, while room_service could be asked."""

    def __init__(self) -> None:
        self.sent: list[Sequence[LastMessage]] = []
        self.away = False
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def __call__(self, messages: Sequence[LastMessage]) -> None:
        if self.away:
            raise Unavailable("room_service is away")
        await self.goes_on.wait()
        self.sent.append(messages)


async def test_the_last_message_of_each_room_is_reported_once() -> None:
    reports = Reports()
    activity = Activity(reports)
    for message in (LastMessage("a", 1, "ann", 1), LastMessage("b", 2, "bob", 2), LastMessage("a", 3, "ann", 3)):
        activity.note(message)
    await activity.flush()
    await activity.flush()
    assert reports.sent == [[("a", 3, "ann", 3), ("b", 2, "bob", 2)]]


async def test_the_last_one_of_somebody_else_is_reported_before_it() -> None:
    reports = Reports()
    activity = Activity(reports)
    for at, sender_id in enumerate(["ann", "bob", "cid", "bob", "bob"]):
        activity.note(LastMessage("a", at, sender_id, at))
    await activity.flush()
    assert reports.sent == [[("a", 2, "cid", 2), ("a", 4, "bob", 4)]]


async def test_an_old_message_that_is_told_again_does_not_take_a_room_back() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note(LastMessage("a", 3, "ann", 3))
    activity.note(LastMessage("a", 1, "bob", 1))
    await activity.flush()
    assert reports.sent == [[("a", 3, "ann", 3)]]


async def test_many_rooms_are_reported_in_parts() -> None:
    reports = Reports()
    activity = Activity(reports)
    for number in range(1200):
        activity.note(LastMessage(str(number), number, "ann", number))
    await activity.flush()
    assert [len(part) for part in reports.sent] == [500, 500, 200]


async def test_what_is_urgent_is_reported_at_once_and_together_with_what_comes_meanwhile() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note(LastMessage("a", 1, "ann", 1))
    tellings = [activity.tell(LastMessage(room, 2, "bob", 2)) for room in ("b", "c")]
    await asyncio.gather(*tellings)
    assert reports.sent == [[("b", 2, "bob", 2), ("c", 2, "bob", 2)]]
    await activity.flush()
    assert reports.sent[1:] == [[("a", 1, "ann", 1)]]


@pytest.mark.parametrize("how", ["refuses", "stalls"])
async def test_whoever_tells_what_is_urgent_is_not_held_up_and_it_is_reported_later(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_service.activity.PATIENCE_SECONDS", 0.01)
    reports = Reports()
    reports.away = how == "refuses"
    if how == "stalls":
        reports.goes_on.clear()
    activity = Activity(reports)
    await activity.tell(LastMessage("a", 2, "ann", 2))
    assert reports.sent == []
    reports.away = False
    reports.goes_on.set()
    await activity.flush()
    assert reports.sent[-1] == [("a", 2, "ann", 2)]


async def test_what_could_not_be_reported_is_reported_later() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note(LastMessage("a", 1, "ann", 1))
    reports.away = True
    with pytest.raises(Unavailable):
        await activity.flush()
    activity.note(LastMessage("b", 2, "bob", 2))
    reports.away = False
    await activity.flush()
    assert reports.sent == [[("a", 1, "ann", 1), ("b", 2, "bob", 2)]]
