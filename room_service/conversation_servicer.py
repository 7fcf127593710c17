"""ConversationService as the mesh calls it: requests into the domain's terms, and answers back."""

from typing import Any

from mesh import access
from mesh.errors import Invalid
from parlance.room.v1 import conversation_pb2 as pb
from parlance.room.v1.conversation_pb2_grpc import ConversationServiceServicer
from room_service import conversation_convert as convert
from room_service.domain import Domain

MAX_BATCH = 1000


class ConversationServicer(ConversationServiceServicer):
    """Each method is documented in protos/parlance/room/v1/conversation.proto."""

    def __init__(self, domain: Domain) -> None:
        self._receptionist = domain.receptionist
        self._conversations = domain.conversations

    @access.allow(access.EDGE)
    async def InitiateChat(self, request: pb.InitiateChatRequest, context: Any) -> pb.InitiateChatResponse:
        received = await self._receptionist.receive(convert.visit_from_proto(request))
        return pb.InitiateChatResponse(
            conversation=convert.conversation_to_proto(received.conversation), is_new=received.is_new
        )

    @access.allow(access.EDGE)
    async def ListConversations(
        self, request: pb.ListConversationsRequest, context: Any
    ) -> pb.ListConversationsResponse:
        conversations, next_page_token = await self._conversations.page(
            request.business_id,
            request.actor_id,
            convert.filter_from_proto(request),
            by_creation=request.order == pb.CONVERSATION_ORDER_CREATED,
            for_export=request.for_export,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        packed = map(convert.conversation_to_proto, conversations)
        return pb.ListConversationsResponse(conversations=packed, next_page_token=next_page_token)

    @access.allow(access.EDGE)
    async def CountConversations(
        self, request: pb.CountConversationsRequest, context: Any
    ) -> pb.CountConversationsResponse:
        counts = await self._conversations.count(request.business_id, request.actor_id)
        return pb.CountConversationsResponse(
            open=counts.open,
            mine=counts.mine,
            unassigned=counts.unassigned,
            pending=counts.pending,
            snoozed=counts.snoozed,
            resolved=counts.resolved,
        )

    @access.allow(access.EDGE)
    async def GetConversation(self, request: pb.GetConversationRequest, context: Any) -> pb.GetConversationResponse:
        details = await self._conversations.get(request.room_id, request.actor_id)
        return pb.GetConversationResponse(
            conversation=convert.conversation_to_proto(details.conversation),
            earlier=map(convert.conversation_to_proto, details.earlier),
            history=map(convert.entry_to_proto, details.history),
        )

    @access.allow(access.EDGE)
    async def UpdateConversation(
        self, request: pb.UpdateConversationRequest, context: Any
    ) -> pb.UpdateConversationResponse:
        changes = convert.changes_from_proto(request.changes)
        conversation = await self._conversations.update(request.room_id, request.actor_id, changes)
        return pb.UpdateConversationResponse(conversation=convert.conversation_to_proto(conversation))

    @access.allow(access.EDGE)
    async def EraseConversation(
        self, request: pb.EraseConversationRequest, context: Any
    ) -> pb.EraseConversationResponse:
        guest_ids = await self._conversations.erase(
            request.room_id, request.actor_id, guests_are_gone=request.guests_are_gone
        )
        return pb.EraseConversationResponse(guest_ids=guest_ids)

    @access.allow(access.EDGE)
    async def BatchGetConversations(
        self, request: pb.BatchGetConversationsRequest, context: Any
    ) -> pb.BatchGetConversationsResponse:
        if len(request.room_ids) > MAX_BATCH:
            raise Invalid(f"A batch has at most {MAX_BATCH:,} room_ids.", reason="BATCH_TOO_LARGE", field="room_ids")
        found = await self._conversations.get_many(request.room_ids)
        return pb.BatchGetConversationsResponse(conversations=map(convert.conversation_to_proto, found))

    @access.allow(access.EDGE)
    async def ListChangedConversations(
        self, request: pb.ListChangedConversationsRequest, context: Any
    ) -> pb.ListChangedConversationsResponse:
        changed, more = await self._conversations.changed_since(request.business_id, request.since.ToMilliseconds())
        return pb.ListChangedConversationsResponse(conversations=map(convert.conversation_to_proto, changed), more=more)
