"""Businesses: opening, finding and changing them."""

from dataclasses import dataclass, replace

from uuid_utils.compat import uuid7

from mesh.errors import Invalid, NotFound
from room_service import business_refusals as refusals
from room_service import chat_form, identity_keys, opening_hours, origins, profiles, slugs
from room_service.agents import Agents
from room_service.business_model import AgentRole, Business, BusinessChanges, Hours, IdentityKey, Profile
from room_service.businesses_store import BusinessesStore
from room_service.model import Clock, Milliseconds

MAX_SLUGS_TRIED = 20


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """What anybody may know of a business."""

    business: Business
    open: bool
    opens_at: Milliseconds | None
    closes_at: Milliseconds | None


class Businesses:
    """Opens, finds and changes businesses."""

    def __init__(self, store: BusinessesStore, agents: Agents, now: Clock) -> None:
        self._store = store
        self._agents = agents
        self._now = now

    async def create(self, actor_id: str, *, slug: str, name: str, time_zone: str) -> Business:
        """Open a business with this user as its owner. A slug that is made from the name is numbered until it is free."""
        profile = Profile(profiles.checked_name(name))
        hours = opening_hours.checked(Hours(time_zone or "UTC"))
        wanted = slugs.checked(slug) if slug else slugs.made_from(name)
        business = Business(
            id=str(uuid7()), slug=wanted, profile=profile, created_at=self._now(), hours=hours, allowed_origins=()
        )
        # The owner comes first: what an interruption leaves is then a place in nothing, and not a business without one.
        owner = await self._agents.found(business.id, actor_id)
        for number in range(1, MAX_SLUGS_TRIED + 1):
            if number > 1:
                business = replace(business, slug=slugs.numbered(wanted, number))
            if await self._store.insert(business):
                return business
            if slug:
                break
        await self._agents.withdraw(owner)
        raise refusals.slug_taken()

    async def get(self, business_id: str, actor_id: str) -> tuple[Business, AgentRole]:
        """One business, for those who answer for it, with the asker's role."""
        agent = await self._agents.require(business_id, actor_id)
        business = await self._store.get(business_id)
        if business is None:
            raise refusals.no_such_business()
        return business, agent.role

    async def of_slug(self, slug: str) -> Business:
        """The business of a slug; raises `NotFound`."""
        business = await self._store.get_by_slug(slug.lower())
        if business is None:
            raise refusals.no_such_business()
        return business

    async def public_profile(self, slug: str) -> PublicProfile:
        """What anybody may know of a business."""
        business, now = await self.of_slug(slug), self._now()
        return PublicProfile(
            business,
            open=opening_hours.is_open(business.hours, now),
            opens_at=opening_hours.opens_at(business.hours, now),
            closes_at=opening_hours.closes_at(business.hours, now),
        )

    async def allows_origin(self, origin: str, slug: str) -> bool:
        """Whether a page of this origin may talk to the business, or to any at all when no slug is given."""
        if slug:
            return origins.allows((await self.of_slug(slug)).allowed_origins, origin)
        return await self._store.any_allows(origins.standing_for(origin))

    async def of_user(self, user_id: str) -> list[tuple[Business, AgentRole]]:
        """The businesses that a user answers for, in order of name."""
        roles = {agent.business_id: agent.role for agent in await self._agents.of_user(user_id)}
        found = await self._store.get_many(roles)
        return sorted(((business, roles[business.id]) for business in found), key=lambda each: each[0].profile.name)

    async def update(self, business_id: str, actor_id: str, changes: BusinessChanges) -> tuple[Business, AgentRole]:
        """Change what is not None. For the owner and admins."""
        await self._agents.require_manager(business_id, actor_id)
        if not await self._store.change(business_id, _checked(changes)):
            raise refusals.slug_taken()
        return await self.get(business_id, actor_id)

    async def add_key(self, business_id: str, actor_id: str, *, key_id: str, public_key: str) -> IdentityKey:
        """Trust a key. To rotate, add the new one, sign with it, and remove the old one an hour later."""
        await self._agents.require_manager(business_id, actor_id)
        business, _ = await self.get(business_id, actor_id)
        key = identity_keys.read(public_key, key_id, self._now())
        if any(known.key_id == key.key_id for known in business.identity_keys):
            raise Invalid(
                "There is a key of this id. Give the new one another id.", reason="INVALID_KEY", field="key_id"
            )
        if len(business.identity_keys) >= identity_keys.MAX_KEYS:
            raise Invalid(
                f"A business has at most {identity_keys.MAX_KEYS} keys. Remove one first.", reason="INVALID_KEY"
            )
        if not await self._store.change_keys(business, (*business.identity_keys, key)):
            raise refusals.changed_meanwhile()
        return key

    async def remove_key(self, business_id: str, actor_id: str, key_id: str) -> None:
        """Trust a key no longer."""
        await self._agents.require_manager(business_id, actor_id)
        business, _ = await self.get(business_id, actor_id)
        kept = [known for known in business.identity_keys if known.key_id != key_id]
        if len(kept) == len(business.identity_keys):
            raise NotFound("There is no such key.", reason="KEY_NOT_FOUND")
        if not await self._store.change_keys(business, kept):
            raise refusals.changed_meanwhile()


def _checked(changes: BusinessChanges) -> BusinessChanges:
    """Changes as they are kept; raises `Invalid`."""
    about, away, promised = changes.description, changes.away_message, changes.reply_within_minutes
    return BusinessChanges(
        slug=None if changes.slug is None else slugs.checked(changes.slug),
        name=None if changes.name is None else profiles.checked_name(changes.name),
        description=None if about is None else profiles.checked_text(about, "description"),
        logo_url=None if changes.logo_url is None else profiles.checked_logo(changes.logo_url),
        away_message=None if away is None else profiles.checked_text(away, "away_message"),
        reply_within_minutes=None if promised is None else profiles.checked_reply(promised),
        hours=None if changes.hours is None else opening_hours.checked(changes.hours),
        theme=None if changes.theme is None else profiles.checked_theme(changes.theme),
        form=None if changes.form is None else chat_form.checked(changes.form),
        allowed_origins=None if changes.allowed_origins is None else origins.checked(changes.allowed_origins),
    )
