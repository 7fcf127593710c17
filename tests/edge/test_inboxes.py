import pytest

from edge import inboxes
from edge.inboxes import INBOXES
from mesh.errors import Unavailable
from parlance.message.v1 import live_pb2
from parlance.room.v1 import conversation_pb2 as pb
from parlance.room.v1 import room_pb2
from tests.edge.stage import Peer, Services, Stage
from tests.patience import until


class Desk:
    """room_service's conversations, and who answers for which business."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.conversations: dict[str, pb.Conversation] = {}
        self.agents: dict[str, set[str]] = {}
        self.more = False
        rooms, memberships = services.answers["ListUserRooms"], services.answers["ListMemberships"]
        assert callable(rooms)
        assert callable(memberships)
        self._rooms, self._memberships = rooms, memberships
        services.answers |= {
            "ListUserRooms": self._list_user_rooms,
            "ListMemberships": self._list_memberships,
            "BatchGetConversations": self._batch_get,
            "ListChangedConversations": self._list_changed,
        }

    def employ(self, user_id: str, *business_ids: str) -> None:
        self._services.users.get(user_id) or self._services.add_user(user_id)
        self.agents[user_id] = set(business_ids)

    def change(self, room_id: str, business_id: str = "acme", **fields: str) -> live_pb2.ConversationChanged:
        """Open a conversation or change one; returns what is published of it."""
        known = self.conversations.get(room_id)
        if known is None:
            self._services.add_room(room_id, "vera")
            known = pb.Conversation(room_id=room_id, business_id=business_id, guest_id="vera")
            known.status, known.priority = pb.CONVERSATION_STATUS_OPEN, pb.CONVERSATION_PRIORITY_NORMAL
            known.visitor.name = "Vera"
        changed = pb.Conversation()
        changed.CopyFrom(known)
        changed.version += 1
        for field, value in fields.items():
            setattr(changed, field, value)
        self.conversations[room_id] = changed
        return live_pb2.ConversationChanged(room_id=room_id, version=changed.version)

    def _list_user_rooms(self, request: room_pb2.ListUserRoomsRequest) -> room_pb2.ListUserRoomsResponse:
        response: room_pb2.ListUserRoomsResponse = self._rooms(request)
        response.business_ids.extend(self.agents.get(request.user_id, ()))
        return response

    def _list_memberships(self, request: room_pb2.ListMembershipsRequest) -> room_pb2.ListMembershipsResponse:
        response: room_pb2.ListMembershipsResponse = self._memberships(request)
        for user_id in request.user_ids:
            for business_id in self.agents.get(user_id, ()):
                response.agent_places.add(user_id=user_id, business_id=business_id)
        return response

    def _batch_get(self, request: pb.BatchGetConversationsRequest) -> pb.BatchGetConversationsResponse:
        found = [self.conversations[room_id] for room_id in request.room_ids if room_id in self.conversations]
        return pb.BatchGetConversationsResponse(conversations=found)

    def _list_changed(self, request: pb.ListChangedConversationsRequest) -> pb.ListChangedConversationsResponse:
        changed = [each for each in self.conversations.values() if each.business_id == request.business_id]
        return pb.ListChangedConversationsResponse(conversations=changed, more=self.more)


@pytest.fixture
def desk(services: Services) -> Desk:
    desk = Desk(services)
    desk.employ("ada", "acme")
    desk.employ("alan", "acme", "other")
    return desk


async def ring(stage: Stage, changed: live_pb2.ConversationChanged, business_id: str = "acme") -> None:
    await stage.tell(f"business:{business_id}", conversation_changed=changed)


def versions(peer: Peer) -> list[int]:
    """The versions of conversations that the peer was told of, in order."""
    told = [*peer.of("room_created"), *peer.of("conversation_updated")]
    return sorted(frame["conversation"]["version"] for frame in told if frame["conversation"])


async def test_every_agent_hears_of_a_visitor_and_nobody_else_does(stage: Stage, desk: Desk) -> None:
    ada, alan, bob = await stage.log_in("ada"), await stage.log_in("alan"), await stage.log_in("bob")
    await ring(stage, desk.change("chat"))
    await until(lambda: ada.of("room_created") and alan.of("room_created"))
    (told,) = ada.of("room_created")
    assert told["room"]["kind"] == "support"
    assert (told["conversation"]["visitor"]["name"], told["conversation"]["status"]) == ("Vera", "open")
    assert alan.of("room_created") == [told]
    assert len(bob.frames) == 1
    assert "chat" not in ada.connection.rooms


async def test_later_changes_are_told_with_who_handles_it_and_the_last_message(
    stage: Stage, desk: Desk, services: Services
) -> None:
    ada = await stage.log_in("ada")
    await ring(stage, desk.change("chat"))
    await until(lambda: ada.of("room_created"))
    services.logs["chat"].write("vera", body="Help")
    await ring(stage, desk.change("chat", assignee_id="alan"))
    await until(lambda: ada.of("conversation_updated"))
    (told,) = ada.of("conversation_updated")
    assert (told["business"], told["room"]) == ("acme", "chat")
    assert told["conversation"]["assignee"]["name"] == "Alan"
    assert (told["conversation"]["last_message"]["body"], told["conversation"]["unread"]) == ("Help", 1)


async def test_a_conversation_begins_once_also_when_it_changes_before_it_is_looked_up(stage: Stage, desk: Desk) -> None:
    ada = await stage.log_in("ada")
    begun = desk.change("chat")
    await ring(stage, begun)
    await until(lambda: ada.of("room_created"))
    desk.change("chat")
    (inbox,) = stage.hub.inboxes._inboxes.values()  # a lookup that was slow: it finds what came after it
    await stage.hub.inboxes._tell(inbox, desk.conversations["chat"], is_new=True)
    await until(lambda: ada.of("conversation_updated"))
    assert len(ada.of("room_created")) == 1


async def test_each_version_is_told_once(stage: Stage, desk: Desk) -> None:
    ada = await stage.log_in("ada")
    changed = desk.change("chat")
    for _ in range(3):
        await ring(stage, changed)
    await until(lambda: ada.of("room_created"))
    await ring(stage, desk.change("chat"))
    await until(lambda: ada.of("conversation_updated"))
    await stage.hub.inboxes.catch_up()
    assert versions(ada) == [1, 2]


async def test_a_conversation_that_is_gone_is_told_as_gone(stage: Stage, desk: Desk) -> None:
    ada = await stage.log_in("ada")
    changed = desk.change("chat")
    del desk.conversations["chat"]
    await ring(stage, changed)
    await until(lambda: ada.of("conversation_updated"))
    assert ada.of("conversation_updated")[0]["conversation"] is None


async def test_what_nobody_rang_for_is_found_when_everything_is_compared(stage: Stage, desk: Desk) -> None:
    ada = await stage.log_in("ada")
    desk.change("chat")
    desk.change("others", "other")
    await stage.reconciler.everything()
    assert [frame["room"]["id"] for frame in ada.of("room_created")] == ["chat"]
    await stage.reconciler.everything()
    assert versions(ada) == [1]


async def test_more_than_can_be_told_resets_the_inbox(stage: Stage, desk: Desk) -> None:
    ada = await stage.log_in("ada")
    desk.change("chat")
    desk.more = True
    await stage.hub.inboxes.catch_up()
    assert [frame["type"] for frame in ada.frames[1:]] == ["inbox_reset"]


async def test_what_could_not_be_looked_up_is_told_later(stage: Stage, desk: Desk, services: Services) -> None:
    ada = await stage.log_in("ada")
    answer, services.answers["BatchGetConversations"] = services.answers["BatchGetConversations"], Unavailable("away")
    await ring(stage, desk.change("chat"))
    await until(lambda: services.asked("BatchGetConversations"))
    services.answers["BatchGetConversations"] = answer
    await stage.hub.inboxes.catch_up()
    assert versions(ada) == [1]


async def test_who_becomes_an_agent_hears_the_inbox_and_who_is_none_any_more_does_not(stage: Stage, desk: Desk) -> None:
    ada, bob = await stage.log_in("ada"), await stage.log_in("bob")
    desk.employ("ada")
    desk.employ("bob", "acme")
    await stage.reconciler.memberships_of(["ada", "bob"])
    await ring(stage, desk.change("chat"))
    await until(lambda: bob.of("room_created"))
    assert len(ada.frames) == 1


async def test_an_inbox_is_listened_to_while_an_agent_is_here(stage: Stage, desk: Desk) -> None:
    before = INBOXES._value.get()
    first, second = await stage.log_in("ada"), await stage.log_in("alan")
    assert INBOXES._value.get() == before + 2
    stage.end(second)
    assert stage.hub.inboxes.of(first.connection) == {"acme"}
    stage.end(first)
    assert INBOXES._value.get() == before


async def test_what_was_told_long_ago_is_forgotten(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inboxes, "_MAX_TOLD", 2)
    inbox = inboxes.Inbox("acme", 0.0)
    for room_id in "abc":
        inbox.told(room_id, 1)
    assert [inbox.is_news(room_id, 1) for room_id in "abc"] == [True, False, False]
