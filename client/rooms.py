"""How far each room has been seen: one number a room is all that it takes to resume."""

from collections.abc import Iterable, Mapping

MOST_RESUMED = 1000
"""More rooms than this the server does not take in one `resume`."""


class Rooms:
    """The last revision seen of each room, in the order in which they were last heard of.

    Only events and the answer to `join_room` move it. The answer to a send does not: it tells of one's own message, and
    changes of others with lower revisions may still be on their way.
    """

    def __init__(self, revisions: Mapping[str, int]) -> None:
        self.revisions = dict(revisions)

    def advance(self, room: str, revision: int) -> bool:
        """Note an event; False if it, or a later one, has been seen before."""
        if revision <= self.revisions.get(room, 0):
            return False
        self.restart(room, revision)
        return True

    def discover(self, room: str, revision: int) -> None:
        """Begin with a room as the server lists it. One that is known keeps its revision: its events are still to come."""
        self.revisions.setdefault(room, revision)

    def restart(self, room: str, revision: int) -> None:
        """Begin anew after a reload; events that the reload did not cover follow."""
        self.revisions.pop(room, None)
        self.revisions[room] = revision

    def forget(self, rooms: Iterable[str]) -> None:
        """Stop resuming rooms that were left, are gone, or must be loaded anew."""
        for room in rooms:
            self.revisions.pop(room, None)

    def forget_all_but_the_latest(self) -> list[str]:
        """Stop resuming those that are too many, and were quiet for the longest time; returns them."""
        too_many = list(self.revisions)[:-MOST_RESUMED]
        self.forget(too_many)
        return too_many
