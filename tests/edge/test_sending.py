import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from edge import sending
from edge.sending import Sender
from mesh import access
from mesh.errors import Forbidden, ParlanceError, Unavailable
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.server import serving
from mesh.status import to_proto
from parlance.message.v1 import message_pb2 as pb
from parlance.message.v1.message_pb2_grpc import MessageServiceStub
from tests.edge.rest.standins import StandIns
from tests.patience import PATIENCE_SECONDS

ROOMS = [f"room {number}" for number in range(8)]


class Store:
    """What replicas of message_service have in common."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[str]] = defaultdict(list)
        self.batches: list[int] = []

    def take(self, request: pb.SendMessagesRequest) -> pb.SendMessagesResponse:
        self.batches.append(len(request.messages))
        return pb.SendMessagesResponse(results=[self._store(message) for message in request.messages])

    def _store(self, message: pb.NewMessage) -> pb.SendResult:
        if message.body == "refuse":
            return pb.SendResult(error=to_proto(Forbidden("No.", reason="NOT_A_MEMBER")))
        stored = self.rooms[message.room_id]
        if message.message_id not in stored:  # a message that is sent again is recognised
            stored.append(message.message_id)
        return pb.SendResult(message=pb.Message(id=message.message_id, room_id=message.room_id))


class Replica:
    """One process of message_service: it can be stopped and started, and fail after it has stored."""

    def __init__(self, store: Store, address: str) -> None:
        self.address = address
        self.answers_to_lose = 0
        self.asked = 0
        self._store = store
        self._running = AsyncExitStack()

    async def start(self) -> None:
        services = StandIns()
        services.answers["SendMessages"] = self._answer
        await self._running.enter_async_context(serving(self.address, services.registrations()))

    async def stop(self) -> None:
        await self._running.aclose()

    def _answer(self, request: pb.SendMessagesRequest) -> pb.SendMessagesResponse:
        self.asked += 1
        response = self._store.take(request)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise Unavailable("The answer is lost.")
        return response


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def replicas(store: Store, short_tmp: Path) -> AsyncIterator[list[Replica]]:
    """Two that run."""
    both = [Replica(store, f"unix:{short_tmp / name}") for name in ("a", "b")]
    for replica in both:
        await replica.start()
    yield both
    for replica in both:
        await replica.stop()


@asynccontextmanager
async def sending_to(*replicas: Replica) -> AsyncIterator[Sender]:
    async with connected(",".join(replica.address for replica in replicas)) as found:
        yield Sender(Client(found, MessageServiceStub, caller=access.EDGE))


def message(room_id: str, message_id: str, body: str = "hello") -> pb.NewMessage:
    return pb.NewMessage(room_id=room_id, message_id=message_id, sender_id="ann", body=body)


async def test_what_queues_up_travels_together_and_each_item_has_its_own_answer(
    replicas: list[Replica], store: Store
) -> None:
    async with sending_to(replicas[0]) as sender:
        futures = [sender.submit(message("r", f"{n}", "refuse" if n == 3 else "hello")) for n in range(5)]
        answers = await asyncio.gather(*futures, return_exceptions=True)
    assert store.batches == [5]
    assert isinstance(answers[3], Forbidden)
    assert answers[3].reason == "NOT_A_MEMBER"
    assert [answer.id for answer in answers if isinstance(answer, pb.Message)] == ["0", "1", "2", "4"]


async def test_what_is_said_in_conversations_holds_up_nobody_else(replicas: list[Replica], store: Store) -> None:
    async with sending_to(replicas[0]) as sender:
        await asyncio.gather(
            sender.submit(message("visitor", "1"), in_conversation=True),
            sender.submit(message("r", "2")),
            sender.submit(message("another visitor", "3"), in_conversation=True),
        )
    assert sorted(store.batches) == [1, 2]


async def test_each_room_keeps_its_order_while_replicas_die_and_come_back(
    replicas: list[Replica], store: Store
) -> None:
    sent: dict[str, list[str]] = defaultdict(list)
    async with sending_to(*replicas) as sender:
        futures = []

        async def talk(times: int) -> None:
            for _ in range(times):
                for room_id in ROOMS:
                    sent[room_id].append(f"{room_id}, {len(sent[room_id])}")
                    futures.append(sender.submit(message(room_id, sent[room_id][-1])))
                await asyncio.sleep(0)

        for replica in replicas:
            await talk(10)
            replica.answers_to_lose = 2  # it stores, and is gone before it has said so
            await talk(10)
            await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
            stopping = asyncio.create_task(replica.stop())
            await talk(10)
            await stopping
            await talk(10)
            await asyncio.gather(*futures)
            await replica.start()
            await talk(10)
        await asyncio.gather(*futures)
        assert store.rooms == sent
        assert all(replica.asked for replica in replicas)


async def test_who_is_away_for_too_long_is_given_up(replicas: list[Replica], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "GIVE_UP_SECONDS", 0.3)
    async with sending_to(replicas[0]) as sender:
        await replicas[0].stop()
        futures = [sender.submit(message("r", f"{n}")) for n in range(3)]
        for future in futures:
            with pytest.raises(Unavailable):
                await future
        await replicas[0].start()
        monkeypatch.setattr(sending, "GIVE_UP_SECONDS", 10.0)
        assert (await sender.send(message("r", "later"))).id == "later"


async def test_while_nothing_can_be_stored_each_message_is_refused_in_its_time_and_what_came_later_is_stored(
    replicas: list[Replica], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(sending, "_MAX_BATCH", 2)
    monkeypatch.setattr(sending, "_SHORTEST_ATTEMPT_SECONDS", 0.1)
    async with sending_to(replicas[0]) as sender:
        await replicas[0].stop()
        early = [sender.submit(message("r", f"early {n}")) for n in range(9)]
        await asyncio.wait(early, return_when=asyncio.FIRST_COMPLETED)
        late = [sender.submit(message("r", f"late {n}")) for n in range(9)]
        answers = await asyncio.gather(*early, return_exceptions=True)
        assert {(type(answer), getattr(answer, "retry_after", None)) for answer in answers} == {(Unavailable, 1.0)}
        assert not any(future.done() for future in late), "those behind do not wait one after the other"
        await replicas[0].start()
        assert [(await future).id for future in late] == [f"late {n}" for n in range(9)]
    assert store.rooms["r"] == [f"late {n}" for n in range(9)]


async def test_a_message_is_refused_in_its_time_even_with_later_ones_in_its_batch(
    replicas: list[Replica], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_SHORTEST_ATTEMPT_SECONDS", 0.1)
    async with sending_to(replicas[0]) as sender:
        await replicas[0].stop()
        monkeypatch.setattr(sending, "GIVE_UP_SECONDS", 0.2)
        early = sender.submit(message("r", "early"))
        monkeypatch.setattr(sending, "GIVE_UP_SECONDS", 600.0)
        late = sender.submit(message("r", "late"))
        with pytest.raises(Unavailable):
            await asyncio.wait_for(early, PATIENCE_SECONDS)
        assert not late.done()
        await replicas[0].start()
        assert (await late).id == "late"
    assert store.rooms["r"] == ["late"]


async def test_too_much_waiting_is_refused_and_what_was_accepted_is_stored(
    replicas: list[Replica], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_MAX_WAITING", 3)
    async with sending_to(replicas[0]) as sender:
        for n in range(3):
            sender.submit(message("r", f"{n}"))
        with pytest.raises(Unavailable) as error:
            sender.submit(message("r", "one too many"))
        assert error.value.reason == "OVERLOADED"
        await sender.drain()
        assert store.rooms["r"] == ["0", "1", "2"]
        assert (await sender.send(message("r", "3"))).id == "3"


async def test_drain_waits_for_everything_even_on_replicas_that_are_gone(
    replicas: list[Replica], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sending_to(*replicas) as sender:
        for room_id in ROOMS:
            sender.submit(message(room_id, room_id))
        found = sender._messages.replicas
        monkeypatch.setattr(found, "_names", [replicas[1].address])
        await found.resolve()
        for room_id in ROOMS:
            sender.submit(message(f"another {room_id}", room_id))
        await sender.drain()
        assert len(store.rooms) == 2 * len(ROOMS)


async def test_nothing_is_kept_of_replicas_and_rooms_that_are_gone(
    replicas: list[Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sending_to(replicas[0]) as sender:
        found = sender._messages.replicas
        for number in range(6):
            monkeypatch.setattr(found, "_names", [replicas[number % 2].address])
            await found.resolve()
            await asyncio.gather(*(sender.submit(message(room_id, f"{number}")) for room_id in ROOMS))
        await asyncio.sleep(0)
        assert len(sender._lanes) <= 1
        assert not sender._busy


async def test_who_no_longer_waits_for_its_message_disturbs_nobody(replicas: list[Replica], store: Store) -> None:
    async with sending_to(replicas[0]) as sender:
        waiting = [asyncio.ensure_future(sender.send(message("r", f"{n}"))) for n in range(4)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        with suppress(asyncio.CancelledError, ParlanceError):
            await waiting[1]
        assert [(await waiting[n]).id for n in (0, 2, 3)] == ["0", "2", "3"]
        assert store.rooms["r"] == ["0", "1", "2", "3"]
        await asyncio.sleep(0)
        assert not sender._busy
