from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from pymongo.errors import AutoReconnect
from redis.asyncio import Redis

from mesh import access, broker, status
from mesh.database import Database
from mesh.errors import Forbidden, Internal, Invalid, NotFound, ParlanceError, Unavailable
from message_service.activity import Activity
from message_service.attachments import Attachments
from message_service.attachments_store import AttachmentStore
from message_service.events import Events
from message_service.following import Followers
from message_service.live_servicer import LiveServicer, tell_presence
from message_service.log import Log
from message_service.membership import Membership, Pair
from message_service.messages import Messages
from message_service.model import Role, Seat
from message_service.presence import PresenceBoard
from message_service.reader import Reader
from message_service.search import Search
from message_service.servicer import MessageServicer
from message_service.store import MessageStore
from parlance.message.v1 import live_pb2, message_pb2
from tests.grpc_adapter import Calls
from tests.message_service.writing import NOW, ticking, unheard
from tests.patience import until

MESSAGES = message_pb2.DESCRIPTOR.services_by_name["MessageService"]
LIVE = live_pb2.DESCRIPTOR.services_by_name["LiveService"]


async def everybody_but_eve(pairs: Sequence[Pair]) -> list[Seat]:
    roles = {"mod": Role.MODERATOR, "eve": Role.NONE}
    return [Seat(roles.get(user_id, Role.MEMBER)) for user_id, _ in pairs]


@pytest.fixture
async def calls(database: Database, store: MessageStore, redis: Redis) -> Calls:
    reader = Reader(store)
    search = Search(database, store, reader)
    await search.ensure_indexes()
    log = Log(store, lambda message: search.touch(message.room_id), lambda _room_id: None, now=ticking())
    membership = Membership(everybody_but_eve, now=lambda: 0.0)
    attachments = Attachments(AttachmentStore(database), store, membership, now=ticking())
    servicer = MessageServicer(
        messages=Messages(log, store, membership, attachments, Activity(unheard), now=ticking()),
        reader=reader,
        search=search,
        followers=Followers(broker.Subscriber(redis), reader),
        room_log=log,
        store=store,
        attachments=attachments,
    )
    return Calls(MESSAGES, servicer)


def new(room: str, body: str = "Hello", sender_id: str = "ann") -> message_pb2.NewMessage:
    return message_pb2.NewMessage(room_id=room, message_id=str(uuid4()), sender_id=sender_id, body=body)


async def send(calls: Calls, message: message_pb2.NewMessage) -> message_pb2.Message:
    response = await calls("SendMessage", message_pb2.SendMessageRequest(message=message))
    stored: message_pb2.Message = response.message
    return stored


async def test_a_message_is_sent_and_read(calls: Calls, room: str) -> None:
    sent = new(room)
    stored = await send(calls, sent)
    assert (stored.id, stored.seq, stored.revision, stored.created_revision) == (sent.message_id, 1, 1, 1)
    assert NOW <= stored.sent_at.ToMilliseconds() < NOW + 1000
    listed = await calls("ListMessages", message_pb2.ListMessagesRequest(room_id=room))
    assert (list(listed.messages), listed.revision) == ([stored], 1)


async def test_what_is_refused_is_an_error(calls: Calls, room: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        await send(calls, new(room, sender_id="eve"))
    assert refusal.value.reason == "NOT_A_MEMBER"


async def test_each_item_of_a_batch_is_answered_on_its_own(calls: Calls, room: str) -> None:
    from_the_future = new(room, "what?")
    from_the_future.kind = 99  # type: ignore[assignment]  # it is open on the wire
    batch = [new(room, "one"), new(room, ""), from_the_future, new(room, "two"), new(room, sender_id="eve")]
    response = await calls("SendMessages", message_pb2.SendMessagesRequest(messages=batch))
    told = [
        result.message.body if result.HasField("message") else type(status.from_proto(result.error)).__name__
        for result in response.results
    ]
    assert told == ["one", "Invalid", "Invalid", "two", "Forbidden"]


@pytest.mark.parametrize(
    ("failure", "expected"),
    [(AutoReconnect("mongo-1: reset"), Unavailable), (RuntimeError("what?"), Internal)],
    ids=["database", "bug"],
)
async def test_a_failure_while_storing_is_the_answer_of_each_item_and_tells_nothing_of_ours(
    failure: Exception, expected: type[ParlanceError], calls: Calls, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise failure

    monkeypatch.setattr(MessageStore, "insert", fail)
    response = await calls("SendMessages", message_pb2.SendMessagesRequest(messages=[new(room), new(room)]))
    errors = [status.from_proto(result.error) for result in response.results]
    assert [type(error) for error in errors] == [expected] * 2
    assert str(failure) not in str(errors)


async def test_a_message_is_edited_reacted_to_and_deleted(calls: Calls, room: str) -> None:
    stored = await send(calls, new(room))
    names = {"room_id": room, "message_id": stored.id}
    edited = await calls("EditMessage", message_pb2.EditMessageRequest(**names, actor_id="ann", body="Hi"))
    assert (edited.message.body, edited.message.revision, edited.message.HasField("edited_at")) == ("Hi", 2, True)
    reacted = await calls("React", message_pb2.ReactRequest(**names, actor_id="bob", emoji="👍", on=True))
    assert list(reacted.message.reactions) == [message_pb2.Reaction(emoji="👍", user_ids=["bob"])]
    deleted = await calls("DeleteMessage", message_pb2.DeleteMessageRequest(**names, actor_id="mod"))
    assert (deleted.message.body, deleted.message.seq, deleted.message.revision) == ("", 1, 4)
    changes = await calls("ListChanges", message_pb2.ListChangesRequest(room_id=room))
    assert (list(changes.messages), changes.revision, changes.more) == ([deleted.message], 4, False)


async def test_a_change_is_not_a_message(calls: Calls, room: str) -> None:
    stored = await send(calls, new(room))
    edit = message_pb2.EditMessageRequest(room_id=room, message_id=stored.id, actor_id="ann", body="Hi")
    await calls("EditMessage", edit)
    with pytest.raises(NotFound):
        await calls("DeleteMessage", message_pb2.DeleteMessageRequest(room_id=room, message_id="#2", actor_id="mod"))


async def test_history_is_paged_backwards_and_changes_forwards(calls: Calls, room: str) -> None:
    for number in range(1, 6):
        await send(calls, new(room, str(number)))
    latest = await calls("ListMessages", message_pb2.ListMessagesRequest(room_id=room, page_size=2))
    older = await calls("ListMessages", message_pb2.ListMessagesRequest(room_id=room, page_size=2, before_seq=4))
    assert [message.body for page in (latest, older) for message in page.messages] == ["5", "4", "3", "2"]
    first = await calls("ListChanges", message_pb2.ListChangesRequest(room_id=room, page_size=3))
    rest = await calls("ListChanges", message_pb2.ListChangesRequest(room_id=room, after_revision=first.revision))
    assert [message.body for page in (first, rest) for message in page.messages] == ["1", "2", "3", "4", "5"]
    assert (first.revision, first.more, rest.revision, rest.more) == (3, True, 5, False)


async def test_heads_are_told_with_the_last_message_where_it_is_wanted(calls: Calls, room: str) -> None:
    stored = await send(calls, new(room))
    request = message_pb2.GetHeadsRequest(room_ids=[f"{room}-2", room], with_last_message=True)
    empty, head = (await calls("GetHeads", request)).heads
    assert empty == message_pb2.Head(room_id=f"{room}-2")
    assert head == message_pb2.Head(room_id=room, seq=1, revision=1, last_message=stored)
    (bare,) = (await calls("GetHeads", message_pb2.GetHeadsRequest(room_ids=[room]))).heads
    assert not bare.HasField("last_message")


async def test_what_was_searched_is_found_in_pages(calls: Calls, room: str) -> None:
    for number in range(5):
        await send(calls, new(room, f"fox {number}"))
    bodies, token = [], ""
    for size in (2, 2, 1):
        request = message_pb2.SearchMessagesRequest(query="fox", room_ids=[room], page_size=2, page_token=token)
        page = await calls("SearchMessages", request)
        assert len(page.messages) == size
        bodies += [message.body for message in page.messages]
        token = page.next_page_token
    assert (sorted(bodies), token) == ([f"fox {number}" for number in range(5)], "")


@pytest.mark.parametrize("page_token", ["x", "-1", "1.5", "9" * 30])
async def test_a_page_token_of_somebody_else_is_refused(page_token: str, calls: Calls, room: str) -> None:
    request = message_pb2.SearchMessagesRequest(query="fox", room_ids=[room], page_token=page_token)
    with pytest.raises(Invalid) as refusal:
        await calls("SearchMessages", request)
    assert refusal.value.field == "page_token"


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("ListMessages", message_pb2.ListMessagesRequest(page_size=101)),
        ("ListMessages", message_pb2.ListMessagesRequest(page_size=-1)),
        ("ListChanges", message_pb2.ListChangesRequest(page_size=1001)),
        ("SearchMessages", message_pb2.SearchMessagesRequest(query="x", page_size=101)),
        ("SearchMessages", message_pb2.SearchMessagesRequest(query="x", room_ids=["r"] * 201)),
        ("SendMessages", message_pb2.SendMessagesRequest(messages=[message_pb2.NewMessage()] * 1001)),
        ("GetHeads", message_pb2.GetHeadsRequest(room_ids=["r"] * 1001)),
    ],
)
async def test_too_much_at_once_is_refused(
    method: str, request_: message_pb2.ListMessagesRequest, calls: Calls
) -> None:
    with pytest.raises(Invalid):
        await calls(method, request_)


async def test_a_purged_room_begins_anew(calls: Calls, room: str) -> None:
    for _ in range(3):
        await send(calls, new(room, "fox"))
    await calls("PurgeRoom", message_pb2.PurgeRoomRequest(room_id=room), caller=access.ROOM)
    search = message_pb2.SearchMessagesRequest(query="fox", room_ids=[room])
    assert (await calls("SearchMessages", search)).messages == []
    assert (await send(calls, new(room))).seq == 1


@pytest.mark.parametrize(
    ("method", "request_", "caller"),
    [
        ("SendMessage", message_pb2.SendMessageRequest(), access.ROOM),
        ("PurgeRoom", message_pb2.PurgeRoomRequest(), access.EDGE),
    ],
)
async def test_only_who_needs_a_method_may_call_it(
    method: str, request_: message_pb2.SendMessageRequest, caller: str, calls: Calls
) -> None:
    with pytest.raises(Forbidden):
        await calls(method, request_, caller=caller)


class Listener:
    """What the live service publishes."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, live_pb2.LiveEvent]] = []

    def on(self, channel: str) -> broker.Heard:
        return lambda payload: self.heard.append((channel, live_pb2.Envelope.FromString(payload).live))


@pytest.fixture
async def live(redis: Redis, store: MessageStore) -> AsyncIterator[Calls]:
    events = Events(redis, store)
    await events.open()
    board = PresenceBoard(redis, lambda *told: tell_presence(events, *told), now=ticking())
    yield Calls(LIVE, LiveServicer(events=events, presence=board))
    await events.close()


@pytest.fixture
async def listener(redis: Redis, room: str) -> AsyncIterator[Listener]:
    listener = Listener()
    async with broker.subscriber(redis) as subscriber:
        await until(lambda: not subscriber.deaf)
        for channel in (f"room:{room}", "user:bob", "business:acme"):
            await subscriber.subscribe(channel, listener.on(channel))
        yield listener


async def test_an_announcement_reaches_rooms_users_and_businesses(live: Calls, listener: Listener, room: str) -> None:
    event = live_pb2.LiveEvent(room_updated=live_pb2.RoomUpdated(room_id=room))
    announcement = live_pb2.Announcement(room_ids=[room], user_ids=["bob", "eve"], business_ids=["acme"], event=event)
    request = live_pb2.AnnounceRequest(announcements=[announcement])
    for caller in (access.ROOM, access.AUTH, access.EDGE):
        await live("Announce", request, caller=caller)
    await until(lambda: len(listener.heard) == 9)
    assert listener.heard == [(f"room:{room}", event), ("user:bob", event), ("business:acme", event)] * 3


async def test_who_comes_and_goes_is_told_to_the_rooms_that_want_to_know(
    live: Calls, listener: Listener, room: str
) -> None:
    user = str(uuid4())
    for online in (True, False):
        report = live_pb2.PresenceReport(user_id=user, online=online, room_ids=[room])
        await live("UpdatePresence", live_pb2.UpdatePresenceRequest(edge_id="edge-1", reports=[report]))
        listed = await live("ListPresence", live_pb2.ListPresenceRequest(user_ids=[user, "nobody"]))
        assert list(listed.online_user_ids) == ([user] if online else [])
    await until(lambda: len(listener.heard) == 2)
    assert [event.presence for _, event in listener.heard] == [
        live_pb2.Presence(user_id=user, online=True),
        live_pb2.Presence(user_id=user, online=False),
    ]


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("Announce", live_pb2.AnnounceRequest(announcements=[live_pb2.Announcement()] * 1001)),
        ("UpdatePresence", live_pb2.UpdatePresenceRequest(reports=[live_pb2.PresenceReport()] * 1001)),
        ("ListPresence", live_pb2.ListPresenceRequest(user_ids=["u"] * 1001)),
    ],
)
async def test_too_much_live_at_once_is_refused(method: str, request_: live_pb2.AnnounceRequest, live: Calls) -> None:
    with pytest.raises(Invalid):
        await live(method, request_)
