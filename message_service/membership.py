"""Who may write: room_service's word, asked in batches and remembered for five seconds."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from mesh.batching import Batcher
from mesh.errors import Forbidden
from message_service.model import Role

REMEMBERED_SECONDS = 5.0
_MAX_REMEMBERED = 100_000

Pair = tuple[str, str]
"""(user id, room id)"""

Ask = Callable[[Sequence[Pair]], Awaitable[Sequence[Role]]]
"""Asks room_service for the roles of a batch of pairs, in order."""


class Membership:
    """Knows the roles of users in rooms.

    Only memberships are remembered: whoever has just joined may write at once.
    """

    def __init__(self, ask: Ask, *, now: Callable[[], float]) -> None:
        """`now` gives seconds of a clock that never goes back."""
        self._now = now
        self._known: dict[Pair, tuple[Role, float]] = {}
        self._questions: Batcher[Pair, Role] = Batcher(ask, max_batch=1000)

    async def roles(self, pairs: Iterable[Pair]) -> dict[Pair, Role]:
        """The role of each pair; raises `Unavailable` when room_service cannot be asked."""
        now = self._now()
        roles: dict[Pair, Role] = {}
        asked = {}
        for pair in set(pairs):
            role, until = self._known.get(pair, (Role.NONE, 0.0))
            if now < until:
                roles[pair] = role
            else:
                asked[pair] = self._questions.submit(pair)
        for pair, answer in asked.items():
            roles[pair] = await answer
            self._remember(pair, roles[pair], now + REMEMBERED_SECONDS)
        return roles

    async def require(self, user_id: str, room_id: str) -> Role:
        """The user's role; raises `Forbidden` for one who is not a member."""
        role = (await self.roles([(user_id, room_id)]))[user_id, room_id]
        if role is Role.NONE:
            raise not_a_member()
        return role

    def _remember(self, pair: Pair, role: Role, until: float) -> None:
        if role is Role.NONE:
            self._known.pop(pair, None)
            return
        if len(self._known) >= _MAX_REMEMBERED:
            self._known.clear()
        self._known[pair] = role, until


def not_a_member() -> Forbidden:
    """The error for one who is not a member of the room."""
    return Forbidden("You are not a member of this room.", reason="NOT_A_MEMBER")
