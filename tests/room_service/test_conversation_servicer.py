import pytest

from mesh import access
from mesh.errors import Invalid, NotFound
from parlance.room.v1 import conversation_pb2 as pb
from parlance.room.v1 import room_pb2
from room_service.conversation_servicer import ConversationServicer
from room_service.servicer import RoomServicer
from tests.grpc_adapter import Calls
from tests.room_service.house import House
from tests.room_service.visitors import open_shop

SERVICE = pb.DESCRIPTOR.services_by_name["ConversationService"]


@pytest.fixture
async def call(house: House) -> Calls:
    return Calls(SERVICE, ConversationServicer(house))


async def initiate(call: Calls) -> pb.Conversation:
    request = pb.InitiateChatRequest(
        slug="acme", answers={"name": "Vera", "order": "A-17"}, consent=True, with_message=True
    )
    conversation: pb.Conversation = (await call("InitiateChat", request)).conversation
    return conversation


def test_every_method_is_the_edges_alone() -> None:
    for method in SERVICE.methods:
        assert access.allowed_callers(getattr(ConversationServicer, method.name)) == {access.EDGE}, method.name


async def test_a_conversation_survives_the_way_in_and_out(call: Calls, house: House) -> None:
    business = await open_shop(house)
    conversation = await initiate(call)
    assert (conversation.visitor.name, dict(conversation.visitor.answers)) == ("Vera", {"order": "A-17"})
    assert (conversation.visitor.verified, conversation.status) == (False, pb.CONVERSATION_STATUS_OPEN)
    changes = pb.ConversationChanges(
        status=pb.CONVERSATION_STATUS_SNOOZED,
        assignee_id="alan",
        tags=pb.TagList(tags=["vip"]),
        priority=pb.CONVERSATION_PRIORITY_URGENT,
    )
    changes.snoozed_until.FromMilliseconds(house.clock() + 60_000)
    update = pb.UpdateConversationRequest(room_id=conversation.room_id, actor_id="alan", changes=changes)
    changed = (await call("UpdateConversation", update)).conversation
    assert (changed.status, changed.assignee_id, list(changed.tags), changed.priority) == (
        pb.CONVERSATION_STATUS_SNOOZED,
        "alan",
        ["vip"],
        pb.CONVERSATION_PRIORITY_URGENT,
    )
    assert changed.snoozed_until == changes.snoozed_until
    batch = await call("BatchGetConversations", pb.BatchGetConversationsRequest(room_ids=[changed.room_id, "x"]))
    assert list(batch.conversations) == [changed]
    listed = pb.ListConversationsRequest(
        business_id=business.id, actor_id="ada", status=pb.CONVERSATION_STATUS_SNOOZED, assignee_id="alan"
    )
    assert list((await call("ListConversations", listed)).conversations) == [changed]
    counted = await call("CountConversations", pb.CountConversationsRequest(business_id=business.id, actor_id="ada"))
    assert (counted.open, counted.snoozed) == (0, 1)
    since = pb.ListChangedConversationsRequest(business_id=business.id, since=conversation.created_at)
    assert list((await call("ListChangedConversations", since)).conversations) == [changed]
    got = await call("GetConversation", pb.GetConversationRequest(room_id=changed.room_id, actor_id="ada"))
    assert (got.conversation, list(got.earlier)) == (changed, [])
    erase = pb.EraseConversationRequest(room_id=changed.room_id, actor_id="ada")
    for guests_are_gone in (False, True):  # the first attempt leaves what the second needs
        erase.guests_are_gone = guests_are_gone
        assert list((await call("EraseConversation", erase)).guest_ids) == [conversation.guest_id]
    with pytest.raises(NotFound):
        await call("EraseConversation", erase)


async def test_a_batch_that_is_too_large_is_refused(call: Calls) -> None:
    with pytest.raises(Invalid):
        await call("BatchGetConversations", pb.BatchGetConversationsRequest(room_ids=["x"] * 1001))


async def test_edges_learn_whom_to_tell_of_which_inbox(house: House) -> None:
    business = await open_shop(house)
    rooms = Calls(room_pb2.DESCRIPTOR.services_by_name["RoomService"], RoomServicer(house))
    mine = await rooms("ListUserRooms", room_pb2.ListUserRoomsRequest(user_id="alan"))
    assert list(mine.business_ids) == [business.id]
    listed = await rooms("ListMemberships", room_pb2.ListMembershipsRequest(user_ids=["alan", "mallory"]))
    assert list(listed.agent_places) == [room_pb2.AgentPlace(user_id="alan", business_id=business.id)]


async def test_an_account_that_goes_away_leaves_its_businesses_and_a_guest_its_conversation(
    call: Calls, house: House
) -> None:
    business = await open_shop(house)
    conversation = await initiate(call)
    rooms = Calls(room_pb2.DESCRIPTOR.services_by_name["RoomService"], RoomServicer(house))
    for user_id in ("alan", conversation.guest_id):
        await rooms("RemoveUser", room_pb2.RemoveUserRequest(user_id=user_id))
    agents = await house.agents.list_all(business.id, "ada")
    assert [agent.user_id for agent in agents] == ["ada", "adam"]
    assert await house.conversations.get_many([conversation.room_id]) == []
