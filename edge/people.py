"""The names of people: asked of auth_service in batches, remembered, and refreshed behind the scenes."""

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from edge.frames import Person
from mesh.batching import Batcher
from mesh.errors import ParlanceError
from mesh.lifecycle import Tasks
from mesh.rpc import Client
from parlance.auth.v1 import auth_pb2 as pb

if TYPE_CHECKING:
    from parlance.auth.v1.auth_pb2_grpc import AuthServiceAsyncStub

FRESH_SECONDS = 300.0
_MAX_REMEMBERED = 50_000


class People:
    """Turns user ids into people.

    Whoever is known is answered at once, and refreshed in the background when the knowledge is old.
    """

    def __init__(self, auth: Client["AuthServiceAsyncStub"], *, now: Callable[[], float] = time.monotonic) -> None:
        self._auth = auth
        self._now = now
        self._known: OrderedDict[str, tuple[Person, float]] = OrderedDict()
        self._questions: Batcher[str, Person] = Batcher(self._ask, max_batch=1000)
        self._tasks = Tasks()

    async def close(self) -> None:
        """Stop refreshing."""
        await self._tasks.close()

    def remember(self, user: pb.User) -> Person:
        """Take what somebody else has just learnt about a user."""
        person = to_person(user)
        self._known[user.id] = person, self._now() + FRESH_SECONDS
        if len(self._known) > _MAX_REMEMBERED:
            self._known.popitem(last=False)
        return person

    def known(self, user_id: str) -> Person | None:
        """The person, if remembered."""
        entry = self._known.get(user_id)
        if entry is None:
            return None
        person, fresh_until = entry
        if self._now() > fresh_until:
            self._known[user_id] = person, self._now() + FRESH_SECONDS
            self._tasks.start(self._refresh(user_id))
        return person

    async def get(self, user_ids: Iterable[str]) -> dict[str, Person]:
        """All of these people; ids that nobody has are answered with "Unknown user"."""
        people: dict[str, Person] = {}
        asked = {}
        for user_id in set(user_ids):
            person = self.known(user_id)
            if person is not None:
                people[user_id] = person
            else:
                asked[user_id] = self._questions.submit(user_id)
        for user_id, answer in asked.items():
            people[user_id] = await answer
        return people

    @staticmethod
    def anonymous(user_id: str) -> Person:
        """Somebody whose name cannot be found out."""
        return Person(user_id, "Unknown user")

    def forget(self, user_id: str) -> None:
        """The user has changed: ask again when next needed."""
        self._known.pop(user_id, None)

    async def _refresh(self, user_id: str) -> None:
        with contextlib.suppress(ParlanceError):  # what is remembered serves on
            await self._questions.submit(user_id)

    async def _ask(self, user_ids: Sequence[str]) -> list[Person]:
        request = pb.BatchGetUsersRequest(user_ids=set(user_ids))
        response = await self._auth.call(lambda stub: stub.BatchGetUsers, request, retry=True)
        found = {user.id: self.remember(user) for user in response.users}
        return [found.get(user_id) or self.anonymous(user_id) for user_id in user_ids]


def to_person(user: pb.User) -> Person:
    """How others see an account."""
    return Person(user.id, user.display_name, user.is_guest)
