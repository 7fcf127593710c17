"""Who answers for a business, and as what."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from edge import render
from edge.frames import Person
from edge.rest import invitees
from edge.rest.businesses import ROLE_NAMES, ROLES, AgentRole
from edge.rest.routing import Access, Call, route
from mesh.errors import Conflict, Forbidden, NotFound
from parlance.message.v1 import live_pb2
from parlance.room.v1 import business_pb2 as pb


class Agent(Struct, frozen=True, kw_only=True):
    """Somebody who answers for a business."""

    user: Person
    role: AgentRole
    joined_at: datetime
    online: bool
    """Connected at this moment."""


class AgentList(Struct, frozen=True, kw_only=True):
    """Everybody who answers for a business, in order of joining."""

    agents: list[Agent]


class NewAgent(invitees.Invitee, frozen=True, kw_only=True):
    """Whom to bring in, by id or by name, and as what."""

    role: AgentRole = "agent"
    """Only the owner makes admins."""


class AgentChanges(Struct, frozen=True, kw_only=True):
    """What is to change."""

    role: AgentRole
    """With `owner` you hand over, and become an admin."""


@route("GET", "/api/businesses/{business_id}/agents", access=Access.USER, errors=(NotFound,))
async def list_agents(call: Call, business_id: str) -> AgentList:
    """Everybody who answers for a business. For each of them."""
    request = pb.ListAgentsRequest(business_id=business_id, actor_id=call.user_id)
    response = await call.backends.businesses.call(lambda stub: stub.ListAgents, request, retry=True)
    return AgentList(agents=await _agents(call, response.agents))


@route("POST", "/api/businesses/{business_id}/agents", access=Access.USER, status=201, errors=(NotFound, Forbidden))
async def add_agent(call: Call, business_id: str, body: NewAgent) -> Agent:
    """Bring somebody in. For the owner and admins. Who is in already stays as it is."""
    user = await invitees.find(call, body)
    request = pb.AddAgentRequest(business_id=business_id, actor_id=call.user_id, user_id=user.id, role=ROLES[body.role])
    response = await call.backends.businesses.call(lambda stub: stub.AddAgent, request, retry=True)
    return await _agent(call, response.agent)


@route(
    "PATCH",
    "/api/businesses/{business_id}/agents/{user_id}",
    access=Access.USER,
    errors=(NotFound, Forbidden, Conflict),
)
async def update_agent(call: Call, business_id: str, user_id: str, body: AgentChanges) -> Agent:
    """Change somebody's role. For the owner."""
    request = pb.UpdateAgentRequest(
        business_id=business_id, actor_id=call.user_id, user_id=user_id, role=ROLES[body.role]
    )
    response = await call.backends.businesses.call(lambda stub: stub.UpdateAgent, request)
    return await _agent(call, response.agent)


@route(
    "DELETE",
    "/api/businesses/{business_id}/agents/{user_id}",
    access=Access.USER,
    errors=(NotFound, Forbidden, Conflict),
)
async def remove_agent(call: Call, business_id: str, user_id: str) -> None:
    """Remove somebody, or leave. What was assigned to them is then assigned to nobody."""
    request = pb.RemoveAgentRequest(business_id=business_id, actor_id=call.user_id, user_id=user_id)
    await call.backends.businesses.call(lambda stub: stub.RemoveAgent, request)


async def _agents(call: Call, agents: Iterable[pb.Agent]) -> list[Agent]:
    agents = list(agents)
    user_ids = [agent.user_id for agent in agents]
    people = await call.backends.people.get(user_ids)
    request = live_pb2.ListPresenceRequest(user_ids=user_ids)
    online = set((await call.backends.live.call(lambda stub: stub.ListPresence, request, retry=True)).online_user_ids)
    return [
        Agent(
            user=people[agent.user_id],
            role=ROLE_NAMES[agent.role],
            joined_at=render.when(agent.joined_at),
            online=agent.user_id in online,
        )
        for agent in agents
    ]


async def _agent(call: Call, agent: pb.Agent) -> Agent:
    (one,) = await _agents(call, [agent])
    return one
