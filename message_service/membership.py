"""Who may write: room_service's word, asked in batches and remembered for five seconds."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from mesh.batching import Batcher
from mesh.errors import Forbidden
from message_service.model import Role, Seat

REMEMBERED_SECONDS = 5.0
_MAX_REMEMBERED = 100_000

Pair = tuple[str, str]
"""(user id, room id)"""

Ask = Callable[[Sequence[Pair]], Awaitable[Sequence[Seat]]]
"""Asks room_service what the users of a batch of pairs are, in order."""


class Membership:
    """Knows what users are in rooms.

    Only memberships are remembered: whoever has just joined may write at once.
    """

    def __init__(self, ask: Ask, *, now: Callable[[], float]) -> None:
        """`now` gives seconds of a clock that never goes back."""
        self._now = now
        self._known: dict[Pair, tuple[Seat, float]] = {}
        self._questions: Batcher[Pair, Seat] = Batcher(ask, max_batch=1000)

    async def seats(self, pairs: Iterable[Pair]) -> dict[Pair, Seat]:
        """What each user is; raises `Unavailable` when room_service cannot be asked."""
        now = self._now()
        seats: dict[Pair, Seat] = {}
        asked = {}
        for pair in set(pairs):
            seat, until = self._known.get(pair, (None, 0.0))
            if seat is not None and now < until:
                seats[pair] = seat
            else:
                asked[pair] = self._questions.submit(pair)
        for pair, answer in asked.items():
            seats[pair] = await answer
            self._remember(pair, seats[pair], now + REMEMBERED_SECONDS)
        return seats

    async def require(self, user_id: str, room_id: str) -> Role:
        """The user's role; raises `Forbidden` for one who is not a member."""
        seat = (await self.seats([(user_id, room_id)]))[user_id, room_id]
        if seat.role is Role.NONE:
            raise not_a_member()
        return seat.role

    def _remember(self, pair: Pair, seat: Seat, until: float) -> None:
        if seat.role is Role.NONE:
            self._known.pop(pair, None)
            return
        if len(self._known) >= _MAX_REMEMBERED:
            self._known.clear()
        self._known[pair] = seat, until


def not_a_member() -> Forbidden:
    """The error for one who is not a member of the room."""
    return Forbidden("You are not a member of this room.", reason="NOT_A_MEMBER")
