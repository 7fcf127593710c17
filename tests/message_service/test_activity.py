from collections.abc import Mapping

from message_service.activity import Activity


class Reports:
    """What was reported."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, int]] = []

    async def __call__(self, active: Mapping[str, int]) -> None:
        self.sent.append(active)


async def test_the_last_activity_of_each_room_is_reported_once() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note("a", 1)
    activity.note("b", 2)
    activity.note("a", 3)
    await activity.flush()
    await activity.flush()
    assert reports.sent == [{"a": 3, "b": 2}]


async def test_an_old_message_that_is_told_again_does_not_take_a_room_back() -> None:
    reports = Reports()
    activity = Activity(reports)
    activity.note("a", 3)
    activity.note("a", 1)
    await activity.flush()
    assert reports.sent == [{"a": 3}]


async def test_many_rooms_are_reported_in_parts() -> None:
    reports = Reports()
    activity = Activity(reports)
    for number in range(2500):
        activity.note(str(number), number)
    await activity.flush()
    assert [len(part) for part in reports.sent] == [1000, 1000, 500]
