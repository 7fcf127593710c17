"""BusinessService as the mesh calls it: requests into the domain's terms, and answers back."""

from typing import Any

from mesh import access
from parlance.room.v1 import business_pb2 as pb
from parlance.room.v1.business_pb2_grpc import BusinessServiceServicer
from room_service import business_convert as convert
from room_service.business_model import AgentRole
from room_service.domain import Domain


class BusinessServicer(BusinessServiceServicer):
    """Each method is documented in protos/parlance/room/v1/business.proto."""

    def __init__(self, domain: Domain) -> None:
        self._businesses = domain.businesses
        self._agents = domain.agents
        self._replies = domain.canned_replies

    @access.allow(access.EDGE)
    async def CreateBusiness(self, request: pb.CreateBusinessRequest, context: Any) -> pb.CreateBusinessResponse:
        business = await self._businesses.create(
            request.actor_id, slug=request.slug, name=request.name, time_zone=request.time_zone
        )
        return pb.CreateBusinessResponse(business=convert.business_to_proto(business, AgentRole.OWNER))

    @access.allow(access.EDGE)
    async def GetBusiness(self, request: pb.GetBusinessRequest, context: Any) -> pb.GetBusinessResponse:
        found = await self._businesses.get(request.business_id, request.actor_id)
        return pb.GetBusinessResponse(business=convert.business_to_proto(*found))

    @access.allow(access.EDGE)
    async def GetPublicProfile(self, request: pb.GetPublicProfileRequest, context: Any) -> pb.GetPublicProfileResponse:
        return convert.profile_to_proto(await self._businesses.public_profile(request.slug))

    @access.allow(access.EDGE)
    async def CheckOrigin(self, request: pb.CheckOriginRequest, context: Any) -> pb.CheckOriginResponse:
        return pb.CheckOriginResponse(allowed=await self._businesses.allows_origin(request.origin, request.slug))

    @access.allow(access.EDGE)
    async def ListBusinesses(self, request: pb.ListBusinessesRequest, context: Any) -> pb.ListBusinessesResponse:
        found = await self._businesses.of_user(request.user_id)
        return pb.ListBusinessesResponse(businesses=[convert.business_to_proto(*each) for each in found])

    @access.allow(access.EDGE)
    async def UpdateBusiness(self, request: pb.UpdateBusinessRequest, context: Any) -> pb.UpdateBusinessResponse:
        changes = convert.changes_from_proto(request.changes)
        changed = await self._businesses.update(request.business_id, request.actor_id, changes)
        return pb.UpdateBusinessResponse(business=convert.business_to_proto(*changed))

    @access.allow(access.EDGE)
    async def ListAgents(self, request: pb.ListAgentsRequest, context: Any) -> pb.ListAgentsResponse:
        agents = await self._agents.list_all(request.business_id, request.actor_id)
        return pb.ListAgentsResponse(agents=map(convert.agent_to_proto, agents))

    @access.allow(access.EDGE)
    async def AddAgent(self, request: pb.AddAgentRequest, context: Any) -> pb.AddAgentResponse:
        role = convert.ROLE_OF.get(request.role)
        agent = await self._agents.add(request.business_id, request.actor_id, request.user_id, role)
        return pb.AddAgentResponse(agent=convert.agent_to_proto(agent))

    @access.allow(access.EDGE)
    async def UpdateAgent(self, request: pb.UpdateAgentRequest, context: Any) -> pb.UpdateAgentResponse:
        role = convert.ROLE_OF.get(request.role)
        agent = await self._agents.update(request.business_id, request.actor_id, request.user_id, role)
        return pb.UpdateAgentResponse(agent=convert.agent_to_proto(agent))

    @access.allow(access.EDGE)
    async def RemoveAgent(self, request: pb.RemoveAgentRequest, context: Any) -> pb.RemoveAgentResponse:
        await self._agents.remove(request.business_id, request.actor_id, request.user_id)
        return pb.RemoveAgentResponse()

    @access.allow(access.EDGE)
    async def ListCannedReplies(
        self, request: pb.ListCannedRepliesRequest, context: Any
    ) -> pb.ListCannedRepliesResponse:
        replies = await self._replies.list_all(request.business_id, request.actor_id)
        return pb.ListCannedRepliesResponse(replies=map(convert.reply_to_proto, replies))

    @access.allow(access.EDGE)
    async def CreateCannedReply(
        self, request: pb.CreateCannedReplyRequest, context: Any
    ) -> pb.CreateCannedReplyResponse:
        reply = await self._replies.create(
            request.business_id, request.actor_id, shortcut=request.shortcut, text=request.text
        )
        return pb.CreateCannedReplyResponse(reply=convert.reply_to_proto(reply))

    @access.allow(access.EDGE)
    async def UpdateCannedReply(
        self, request: pb.UpdateCannedReplyRequest, context: Any
    ) -> pb.UpdateCannedReplyResponse:
        reply = await self._replies.update(
            request.business_id,
            request.actor_id,
            request.reply_id,
            shortcut=request.shortcut if request.HasField("shortcut") else None,
            text=request.text if request.HasField("text") else None,
        )
        return pb.UpdateCannedReplyResponse(reply=convert.reply_to_proto(reply))

    @access.allow(access.EDGE)
    async def DeleteCannedReply(
        self, request: pb.DeleteCannedReplyRequest, context: Any
    ) -> pb.DeleteCannedReplyResponse:
        await self._replies.delete(request.business_id, request.actor_id, request.reply_id)
        return pb.DeleteCannedReplyResponse()

    @access.allow(access.EDGE)
    async def AddIdentityKey(self, request: pb.AddIdentityKeyRequest, context: Any) -> pb.AddIdentityKeyResponse:
        key = await self._businesses.add_key(
            request.business_id, request.actor_id, key_id=request.key_id, public_key=request.public_key
        )
        return pb.AddIdentityKeyResponse(key=convert.key_to_proto(key))

    @access.allow(access.EDGE)
    async def RemoveIdentityKey(
        self, request: pb.RemoveIdentityKeyRequest, context: Any
    ) -> pb.RemoveIdentityKeyResponse:
        await self._businesses.remove_key(request.business_id, request.actor_id, request.key_id)
        return pb.RemoveIdentityKeyResponse()
