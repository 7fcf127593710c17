"""A database in memory where one step happens at a time, and a schedule decides whose.

So the real log, reader and store run in any order of steps that a test likes, and any step may fail: before it was done, or
after, when only the answer was lost. A scan is no snapshot: between two of its documents others may write.
"""

import asyncio
import operator
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from mesh.database import DUPLICATE_KEY, Document, UpdateOne

_UNIQUE_IN_ROOM = ("seq", "revision")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "$eq": operator.eq,
    "$gt": operator.gt,
    "$lt": operator.lt,
    "$in": lambda value, wanted: value in wanted,
}
_TURNS_OF_THE_LOOP = 12


class Schedule:
    """Lets one of those who wait go on."""

    def __init__(self, choices: Iterable[int] = (), faults: Collection[int] = ()) -> None:
        """Each choice picks among those who wait (-1: whoever went last; the longest waiting, when there are no more);
        `faults` are the numbers of the steps that fail."""
        self._choices = iter(choices)
        self._faults = faults
        self._steps = 0
        self._waiting: list[asyncio.Future[None]] = []

    async def turn(self) -> None:
        """Wait for one's turn; raises AutoReconnect where a fault is due."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    async def run(self, *work: Awaitable[Any]) -> None:
        """Run everything to its end."""
        working = asyncio.gather(*work)
        while not working.done():
            for _ in range(_TURNS_OF_THE_LOOP):  # until all have come to their next step
                await asyncio.sleep(0)
            if self._waiting:
                self._go_on(self._waiting.pop(next(self._choices, 0) % len(self._waiting)))
        await working

    def _go_on(self, turn: asyncio.Future[None]) -> None:
        self._steps += 1
        if self._steps in self._faults:
            turn.set_exception(AutoReconnect(f"step {self._steps}"))
        else:
            turn.set_result(None)


class Interruptions(Schedule):
    """Nobody waits, but before some of the steps something else happens."""

    def __init__(self, deeds: Mapping[int, Callable[[], Awaitable[object]]]) -> None:
        super().__init__()
        self._deeds = deeds
        self._happening = False

    async def turn(self) -> None:
        if self._happening:
            return
        self._steps += 1
        if deed := self._deeds.get(self._steps):
            self._happening = True
            await deed()
            self._happening = False


class Messages:
    """The part of a collection that the store of messages uses."""

    def __init__(self) -> None:
        self.schedule: Schedule = Interruptions({})
        self.documents: dict[str, Document] = {}
        self.inserted: list[Document] = []
        """Everything that was ever inserted, as it was then."""

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool) -> None:
        assert ordered
        for index, document in enumerate(documents):
            await self.schedule.turn()
            if self._collides(document):
                failure = {"index": index, "code": DUPLICATE_KEY}
                raise BulkWriteError({"writeErrors": [failure], "writeConcernErrors": []})
            self._insert(document)
        await self.schedule.turn()

    async def insert_one(self, document: Document) -> None:
        await self.schedule.turn()
        if self._collides(document):
            raise DuplicateKeyError("taken")
        self._insert(document)
        await self.schedule.turn()

    async def bulk_write(self, updates: Sequence[UpdateOne], *, ordered: bool) -> None:
        assert ordered
        for update in updates:
            await self.schedule.turn()
            query: Any = update._filter
            changes: Any = update._doc
            for document in self.matching(query):
                document.update(changes.get("$set", {}))
                for name in changes.get("$unset", {}):
                    document.pop(name, None)
        await self.schedule.turn()

    async def find_one(self, query: Document) -> Document | None:
        await self.schedule.turn()
        return next((document.copy() for document in self.matching(query)), None)

    def find(self, query: Document) -> "Scan":
        return Scan(self, query)

    def matching(self, query: Document) -> Iterator[Document]:
        return (document for document in self.documents.values() if _matches(document, query))

    def _insert(self, document: Document) -> None:
        self.documents[document["_id"]] = document
        self.inserted.append(document.copy())

    def _collides(self, new: Document) -> bool:
        if new["_id"] in self.documents:
            return True
        room = [known for known in self.documents.values() if known["room_id"] == new["room_id"]]
        return any(new[field] == known[field] for known in room for field in _UNIQUE_IN_ROOM)


class Scan:
    """Goes along an index, document by document."""

    def __init__(self, messages: Messages, query: Document) -> None:
        self._messages = messages
        self._query = query
        self._field, self._direction = "revision", 1
        self._limit = 1_000_000

    def sort(self, field: str, direction: int) -> Self:
        self._field, self._direction = field, direction
        return self

    def limit(self, limit: int) -> Self:
        self._limit = limit
        return self

    async def to_list(self, length: int) -> list[Document]:
        return [document async for document in self.limit(length)]

    async def __aiter__(self) -> AsyncIterator[Document]:
        place = -1_000_000
        for _ in range(self._limit):
            await self._messages.schedule.turn()
            found = {self._place(document): document for document in self._messages.matching(self._query)}
            ahead = [one for one in found if one > place]
            if not ahead:
                return
            place = min(ahead)
            yield found[place].copy()

    def _place(self, document: Document) -> int:
        return int(document[self._field]) * self._direction


def _matches(document: Document, query: Document) -> bool:
    return all(_holds(document.get(field), condition) for field, condition in query.items())


def _holds(value: Any, condition: Any) -> bool:
    if not isinstance(condition, dict):
        return bool(value == condition)
    return all(_OPERATORS[name](value, operand) for name, operand in condition.items())
