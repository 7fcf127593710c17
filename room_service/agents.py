"""Who answers for a business. Roles are asked here by whatever acts for a business or lets somebody into its rooms."""

from collections.abc import Iterable

from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from room_service import business_refusals as refusals
from room_service.agents_store import AgentsStore
from room_service.business_model import Agent, AgentRole
from room_service.conversation_changes import Changes
from room_service.events import AgentChanged, Announce, Announcement
from room_service.model import Clock

MAX_AGENTS = 200
MAX_BUSINESSES_PER_USER = 50


class Agents:
    """The teams of all businesses."""

    def __init__(self, store: AgentsStore, changes: Changes, announce: Announce, now: Clock) -> None:
        self._store = store
        self._changes = changes
        self._announce = announce
        self._now = now

    async def require(self, business_id: str, user_id: str) -> Agent:
        """Somebody's place in a business; raises `NotFound` for one who has none, and may not know more."""
        agent = await self._store.get(business_id, user_id)
        if agent is None:
            raise refusals.no_such_business()
        return agent

    async def require_manager(self, business_id: str, user_id: str) -> Agent:
        """Do the same for the owner and the admins; raises `Forbidden` for agents."""
        agent = await self.require(business_id, user_id)
        if not agent.manages:
            raise Forbidden("Only the owner and admins of the business may do this.", reason="NOT_A_MANAGER")
        return agent

    async def is_agent(self, business_id: str, user_id: str) -> bool:
        """Whether somebody answers for a business."""
        return await self._store.get(business_id, user_id) is not None

    async def of_user(self, user_id: str) -> list[Agent]:
        """A user's places in businesses."""
        return await self._store.of_user(user_id)

    async def of_users(self, user_ids: Iterable[str]) -> list[Agent]:
        """The places of these users in businesses."""
        return await self._store.of_users(user_ids)

    async def list_all(self, business_id: str, actor_id: str) -> list[Agent]:
        """Everybody who answers for a business, in order of joining. For each of them."""
        await self.require(business_id, actor_id)
        return await self._store.of_business(business_id, MAX_AGENTS)

    async def found(self, business_id: str, user_id: str) -> Agent:
        """Make somebody the owner of a new business."""
        if len(await self._store.of_user(user_id)) >= MAX_BUSINESSES_PER_USER:
            raise Invalid(f"Nobody can be in more than {MAX_BUSINESSES_PER_USER} businesses.", reason="TOO_MANY_PLACES")
        agent = Agent(business_id, user_id, AgentRole.OWNER, self._now())
        await self._store.insert(agent)
        self._tell(agent)
        return agent

    async def withdraw(self, owner: Agent) -> None:
        """The business of this owner could not be opened."""
        await self._store.remove(owner)

    async def add(self, business_id: str, actor_id: str, user_id: str, role: AgentRole | None) -> Agent:
        """Bring somebody in, as an agent unless told otherwise. One who is in already stays as it is."""
        actor = await self.require_manager(business_id, actor_id)
        role = role or AgentRole.AGENT
        _check_may_grant(actor, role)
        existing = await self._store.get(business_id, user_id)
        if existing is not None:
            return existing
        if len(await self._store.of_business(business_id, MAX_AGENTS)) == MAX_AGENTS:
            raise Invalid(f"A business has at most {MAX_AGENTS} agents.", reason="TOO_MANY_PLACES")
        await self._store.insert(Agent(business_id, user_id, role, self._now()))
        agent = await self._agent(business_id, user_id)
        self._tell(agent)
        return agent

    async def update(self, business_id: str, actor_id: str, user_id: str, role: AgentRole | None) -> Agent:
        """Change a role. With `OWNER` the owner hands over, and becomes an admin."""
        actor = await self.require_manager(business_id, actor_id)
        if role is None:
            raise Invalid("A role is agent, admin or owner.", reason="INVALID_ROLE", field="role")
        target = await self._agent(business_id, user_id)
        if role is AgentRole.OWNER and actor.role is AgentRole.OWNER and actor != target:
            await self._hand_over(actor, target)
            heir = await self._agent(business_id, user_id)
            if heir.role is not AgentRole.OWNER:
                raise refusals.changed_meanwhile()
            return heir
        if target.role is role:
            return target
        if target.role is AgentRole.OWNER:
            raise _owner_stays()
        if actor.role is not AgentRole.OWNER:
            raise _owner_only()
        await self._change_role(target, role)
        return await self._agent(business_id, user_id)

    async def remove(self, business_id: str, actor_id: str, user_id: str) -> None:
        """Remove somebody, or leave. Removing an admin is the owner's, and the owner stays."""
        actor = await self.require(business_id, actor_id)
        target = await self._agent(business_id, user_id)
        if target.role is AgentRole.OWNER:
            raise _owner_stays()
        if actor_id != user_id:
            actor = await self.require_manager(business_id, actor_id)
            _check_may_grant(actor, target.role)
        if not await self._take_out(target):
            raise refusals.changed_meanwhile()
        self._tell(target)

    async def remove_user(self, user_id: str) -> None:
        """End all places of an account that goes away. The business of an owner passes to the longest-standing admin."""
        for agent in await self._store.of_user(user_id):
            if agent.role is AgentRole.OWNER:
                await self._hand_on(agent)
            await self._take_out(agent)

    async def _take_out(self, agent: Agent) -> bool:
        """Remove somebody, and release what they handle. False when their role has changed since it was read.

        First, so that an interrupted removal can be asked for again; and once more for what they took in between.
        """
        await self._changes.release(agent.business_id, agent.user_id)
        removed = await self._store.remove(agent)
        await self._changes.release(agent.business_id, agent.user_id)
        return removed

    async def _hand_over(self, owner: Agent, heir: Agent) -> None:
        """Make somebody else the owner. For a moment there are two, and never none; repeated, it completes what was begun.

        Of several that the owner hands over to at the same time, the one who joined first stays the owner: every attempt
        looks for the same one at its end, so no two can give way to each other.
        """
        if heir.role is not AgentRole.OWNER:
            await self._change_role(heir, AgentRole.OWNER)
        if await self._store.change_role(owner, AgentRole.ADMIN):
            self._tell(owner)
        everybody = await self._store.of_business(owner.business_id, MAX_AGENTS)
        owners = [agent for agent in everybody if agent.role is AgentRole.OWNER]
        for other in sorted(owners, key=lambda agent: (agent.joined_at, agent.user_id))[1:]:
            if await self._store.change_role(other, AgentRole.ADMIN):
                self._tell(other)

    async def _hand_on(self, owner: Agent) -> None:
        everybody = await self._store.of_business(owner.business_id, MAX_AGENTS)
        others = [agent for agent in everybody if agent.user_id != owner.user_id]
        if any(other.role is AgentRole.OWNER for other in others):
            return
        for heir in sorted(others, key=lambda agent: not agent.manages):
            if await self._store.change_role(heir, AgentRole.OWNER):
                self._tell(heir)
                return

    async def _change_role(self, agent: Agent, role: AgentRole) -> None:
        if not await self._store.change_role(agent, role):
            raise refusals.changed_meanwhile()
        self._tell(agent)

    async def _agent(self, business_id: str, user_id: str) -> Agent:
        agent = await self._store.get(business_id, user_id)
        if agent is None:
            raise NotFound("This person does not answer for the business.", reason="AGENT_NOT_FOUND")
        return agent

    def _tell(self, agent: Agent) -> None:
        """The edges look again what this user may hear."""
        self._announce(Announcement(AgentChanged(agent.business_id), user_ids=(agent.user_id,)))


def _check_may_grant(actor: Agent, role: AgentRole) -> None:
    if role is AgentRole.OWNER:
        raise Invalid("A business has one owner, who can hand over.", reason="INVALID_ROLE", field="role")
    if role is AgentRole.ADMIN and actor.role is not AgentRole.OWNER:
        raise _owner_only()


def _owner_only() -> Forbidden:
    return Forbidden("Only the owner of the business may do this.", reason="NOT_THE_OWNER")


def _owner_stays() -> Conflict:
    return Conflict("The business needs its owner. Make somebody else the owner first.", reason="LAST_OWNER")
