from collections.abc import Iterable
from dataclasses import dataclass

from edge.feed import MAX_AHEAD, Feed, Fresh


@dataclass(frozen=True)
class Change:
    revision: int
    created_revision: int


def created(*revisions: int) -> list[Change]:
    return [Change(revision, revision) for revision in revisions]


def told(fresh: Iterable[Fresh[Change]]) -> list[int]:
    return [change.message.revision for change in fresh]


def started(revision: int) -> Feed[Change]:
    feed: Feed[Change] = Feed()
    assert feed.start(revision) == []
    return feed


def test_everything_waits_for_the_start() -> None:
    feed: Feed[Change] = Feed()
    assert feed.receive(created(4, 5), 5) == []
    assert feed.receive(created(6), 6) == []
    assert not feed.behind
    assert told(feed.start(4)) == [5, 6]
    assert not feed.behind


def test_a_start_that_is_ahead_of_what_waited_drops_it() -> None:
    feed: Feed[Change] = Feed()
    feed.receive(created(4, 5), 5)
    assert feed.start(7) == []
    assert not feed.behind


def test_a_batch_that_was_overtaken_closes_the_gap() -> None:
    feed = started(0)
    assert feed.receive(created(3, 4), 4) == []
    assert feed.behind
    assert told(feed.receive(created(1, 2), 2)) == [1, 2, 3, 4]
    assert not feed.behind


def test_what_is_known_is_dropped_and_the_rest_of_the_batch_is_delivered() -> None:
    feed = started(2)
    assert feed.receive(created(1, 2), 2) == []
    assert told(feed.receive(created(2, 3, 4), 4)) == [3, 4]


def test_the_news_of_a_head_says_that_something_is_missing() -> None:
    feed = started(2)
    assert feed.receive((), 3) == []
    assert feed.behind


def test_a_fill_skips_what_has_moved_on_and_lets_what_waited_follow() -> None:
    feed = started(0)
    feed.receive(created(6), 6)
    assert told(feed.fill([Change(2, 2), Change(5, 1)], 5)) == [2, 5, 6]
    assert not feed.behind


def test_a_fill_that_was_overtaken_by_late_batches_adds_only_what_is_new() -> None:
    feed = started(0)
    feed.receive((), 4)
    feed.receive(created(1, 2), 2)
    assert told(feed.fill([Change(2, 2), Change(3, 3), Change(4, 1)], 4)) == [3, 4]


def test_a_message_is_new_unless_what_was_delivered_before_contained_it() -> None:
    feed = started(3)
    assert [fresh.new for fresh in feed.fill([Change(5, 2), Change(6, 4), Change(7, 7)], 7)] == [False, True, True]


def test_a_room_that_cannot_be_filled_keeps_a_bounded_number_of_batches_and_forgets_nothing() -> None:
    feed = started(0)
    last = MAX_AHEAD + 10
    for revision in range(2, last + 1):
        feed.receive(created(revision), revision)
    delivered = told(feed.fill(created(1), 1))
    assert delivered == list(range(1, MAX_AHEAD + 2))
    assert feed.behind
    assert told(feed.fill(created(*range(MAX_AHEAD + 2, last + 1)), last)) == list(range(MAX_AHEAD + 2, last + 1))
    assert not feed.behind
