from edge.recent import MAX_BYTES, Recent
from tests.edge.logs import Log


def revisions(recent: Recent, after: int) -> list[int] | None:
    found = recent.since(after)
    return None if found is None else [message.revision for message in found]


def test_what_follows_the_start_is_kept() -> None:
    log, recent = Log("r"), Recent()
    assert revisions(recent, 0) is None
    recent.restart(3)
    for _ in range(6):
        log.write()
    recent.add(log.batch(4, 4))
    recent.add(log.batch(5, 6))
    assert [revisions(recent, after) for after in (2, 3, 5, 6, 7)] == [None, [4, 5, 6], [6], [], None]


def test_a_gap_makes_it_start_anew() -> None:
    log, recent = Log("r"), Recent()
    recent.restart(0)
    for _ in range(3):
        log.write()
    recent.add(log.batch(1, 1))
    recent.add(log.batch(3, 3))
    assert [revisions(recent, after) for after in (0, 1, 3)] == [None, None, []]


def test_what_was_changed_is_not_told_as_it_was() -> None:
    log, recent = Log("r"), Recent()
    recent.restart(0)
    for _ in range(2):
        log.write()
    log.change("m1")
    log.write()
    recent.add(log.batch(1, 4))
    assert [revisions(recent, after) for after in (0, 2, 3)] == [None, None, [4]]


def test_it_does_not_grow_without_end() -> None:
    log, recent = Log("r"), Recent()
    recent.restart(0)
    for number in range(40):
        log.write(body="x" * 1000)
        recent.add(log.batch(number + 1, number + 1))
    kept = recent.since(40 - MAX_BYTES // 1100)
    assert kept
    assert sum(message.ByteSize() for message in kept) <= MAX_BYTES
    assert recent.since(20) is None
    assert recent.since(40) == []
