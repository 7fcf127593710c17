from collections.abc import Sequence

import pytest

from mesh.errors import Unavailable
from message_service.activity import Activity, LastMessage


class Reports:
    """What was reported, while room_service could be asked."""

    def __init__(self) -> None:
        self.sent: list[Sequence[LastMessage]] = []
        self.away = False

    async def __call__(self, messages: Sequence[LastMessage]) -> None:
        if self.away:
            raise Unavailable("room_service is away")
        self.sent.append(messages)


async def test_the_last_message_of_each_room_is_reported_once() -> None:
    reports = Reports()
    activity = Activity(reports)
    for message in (LastMessage(1, "a", "ann"), LastMessage(2, "b", "bob"), LastMessage(3, "a", "ann")):
        activity.note(message)
    await activity.flush()
    await activity.flush()
    assert reports.sent == [[(3, "a", "ann"), (2, "b", "bob")]]


async def test_the_last_one_of_somebody_else_is_reported_before_it() -> None:
    reports = Reports()
    activity = Activity(reports)
    for at, sender_id in enumerate(["ann", "bob", "cid", "bob", "bob"]):
        activity.note(LastMessage(at, "a", sender_id))
    await activity.flush()
    assert reports.sent == [[(2, "a", "cid"), (4, "a", "bob")]]


async def test_an_old_message_that_is_told_again_does_not_take_a_room_back() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note(LastMessage(3, "a", "ann"))
    activity.note(LastMessage(1, "a", "bob"))
    await activity.flush()
    assert reports.sent == [[(3, "a", "ann")]]


async def test_many_rooms_are_reported_in_parts() -> None:
    reports = Reports()
    activity = Activity(reports)
    for number in range(1200):
        activity.note(LastMessage(number, str(number), "ann"))
    await activity.flush()
    assert [len(part) for part in reports.sent] == [500, 500, 200]


async def test_what_could_not_be_reported_is_reported_later() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note(LastMessage(1, "a", "ann"))
    reports.away = True
    with pytest.raises(Unavailable):
        await activity.flush()
    activity.note(LastMessage(2, "b", "bob"))
    reports.away = False
    await activity.flush()
    assert reports.sent == [[(1, "a", "ann"), (2, "b", "bob")]]
