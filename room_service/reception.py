"""Lets visitors in: opens conversations, finds those that visitors have, and joins the ones of a visitor it recognises.

One guest has one room, for good. What is stored in several steps is stored in the order in which an interruption leaves
nothing that anybody sees: the conversation comes last. Every step can be repeated.
"""

from dataclasses import dataclass, replace

from mesh.errors import Forbidden, Invalid
from room_service import business_refusals, chat_form, identity_keys, names, origins
from room_service import conversation_refusals as refusals
from room_service.business_model import Business
from room_service.businesses_store import BusinessesStore
from room_service.conversation_changes import Changes
from room_service.conversation_model import Conversation, Status, Visit, Visitor
from room_service.conversations_store import ConversationsStore, SubjectTaken
from room_service.events import Announce, Announcement, MemberLeft
from room_service.identity_keys import Claims
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Milliseconds, Role, Room, RoomKind
from room_service.rooms_store import RoomsStore

KEY_MILLISECONDS = 24 * 60 * 60 * 1000
"""How long an idempotency key leads to its conversation."""
_KEY_CHARACTERS = range(16, 201)
_MAX_ADDRESS = 500
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Reception:
    """Where a visitor was led."""

    conversation: Conversation
    is_new: bool


class Receptionist:
    """Receives visitors."""

    def __init__(
        self,
        *,
        businesses: BusinessesStore,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        conversations: ConversationsStore,
        changes: Changes,
        announce: Announce,
        now: Clock,
    ) -> None:
        self._businesses = businesses
        self._rooms = rooms
        self._memberships = memberships
        self._conversations = conversations
        self._changes = changes
        self._announce = announce
        self._now = now

    async def receive(self, visit: Visit) -> Reception:
        """Lead a visitor to its conversation, which is opened if it has none.

        Raises `NotFound` for an unknown business, `Forbidden` from a foreign page, with another guest's token and for one
        who is blocked, `Unauthenticated` for a bad identity token, `Invalid` for a wrong form, `Conflict` for a key that
        was used for something else.
        """
        business = await self._business(visit)
        claims = identity_keys.verify(business, visit.identity_token, self._now()) if visit.identity_token else None
        own = await self._own(business, visit)
        if claims is not None:
            return await self._recognised(business, visit, claims, own)
        if own is not None:
            return Reception(own, is_new=False)
        return await self._new(business, visit, None)

    async def _business(self, visit: Visit) -> Business:
        business = await self._businesses.get_by_slug(visit.slug.lower())
        if business is None:
            raise business_refusals.no_such_business()
        if visit.origin and not origins.allows(business.allowed_origins, visit.origin):
            raise business_refusals.other_origin()
        return business

    async def _own(self, business: Business, visit: Visit) -> Conversation | None:
        """The conversation whose guest has come; None for one who goes on in another since it was recognised."""
        if not visit.guest_id:
            return None
        conversation = await self._conversations.get(visit.guest_room_id)
        if conversation is None or conversation.guest_id != visit.guest_id:
            raise refusals.no_such_conversation()
        if conversation.business_id != business.id:
            raise Forbidden("This token is for a chat with another business.", reason="GUEST_NOT_ALLOWED")
        if conversation.blocked:
            raise refusals.visitor_blocked()
        if not conversation.merged_into:
            return conversation
        await self._put_out(conversation)  # the merging may have been interrupted
        return None

    async def _recognised(
        self, business: Business, visit: Visit, claims: Claims, own: Conversation | None
    ) -> Reception:
        """The business has said who it is: it has one conversation, on whatever device, which takes in an anonymous one."""
        existing = await self._conversations.of_subject(business.id, claims.subject)
        if existing is not None and existing.blocked:
            raise refusals.visitor_blocked()
        anonymous = own if own is not None and not own.visitor.subject else None
        if existing is None and anonymous is not None:
            try:
                named = await self._changes.make(anonymous, lambda current: _named(current, claims))
            except SubjectTaken:  # on another device, at the same time
                return await self._recognised(business, visit, claims, own)
            if named is None:
                raise refusals.no_such_conversation()
            return Reception(named, is_new=False)
        if existing is None:
            return await self._new(business, visit, claims)
        existing = await self._changes.make(existing, lambda current: _named(current, claims)) or existing
        if anonymous is not None:
            existing = await self._merge(anonymous, existing)
        return Reception(existing, is_new=False)

    async def _merge(self, anonymous: Conversation, into: Conversation) -> Conversation:
        """The visitor goes on in another room, and leaves this one for good. What it waits for, it waits for there."""
        if anonymous.status is Status.OPEN:
            into = await self._changes.make(into, lambda current: _waiting(current, anonymous.waiting_since)) or into
        await self._changes.make(anonymous, lambda current: _merged(current, into.room_id))
        await self._put_out(anonymous)
        return into

    async def _put_out(self, anonymous: Conversation) -> None:
        guest = await self._memberships.get(anonymous.guest_id, anonymous.room_id)
        if guest is not None and await self._memberships.change_role(guest, Role.BANNED):
            left = MemberLeft(anonymous.room_id, anonymous.guest_id, removed=True)
            self._announce(Announcement(left, room_ids=(anonymous.room_id,), user_ids=(anonymous.guest_id,)))

    async def _new(self, business: Business, visit: Visit, claims: Claims | None) -> Reception:
        _check_key(visit.idempotency_key)
        answers = chat_form.checked_answers(business.form, visit.answers, consent=visit.consent)
        if not visit.with_message:
            raise Invalid("A chat begins with a message.", reason="MESSAGE_MISSING", field="message")
        conversation = self._drafted(business, visit, _visitor(business, visit, answers, claims))
        await self._open_rooms(conversation)
        if not await self._conversations.insert(conversation):
            return await self._overtaken(business, visit, conversation, claims)
        self._changes.tell(conversation)
        return Reception(conversation, is_new=True)

    def _drafted(self, business: Business, visit: Visit, visitor: Visitor) -> Conversation:
        now = self._now()
        room_id = names.conversation_room_id(business.id, visit.idempotency_key)
        return Conversation(
            room_id=room_id,
            business_id=business.id,
            guest_id=names.guest_id(room_id),
            visitor=visitor,
            created_at=now,
            last_activity_at=now,
            changed_at=now,
            waiting_since=now,
            digest=visit.digest if visit.idempotency_key else "",
        )

    async def _open_rooms(self, conversation: Conversation) -> None:
        room = _room(conversation, conversation.room_id, conversation.guest_id, conversation.created_at)
        notes = _room(conversation, conversation.notes_room_id, "", conversation.created_at)
        if not await self._rooms.insert_many([room, notes]) and await self._rooms.get(room.id) is None:
            raise refusals.key_reused()  # it was an earlier attempt's, and has been erased since
        await self._memberships.insert(Membership(conversation.guest_id, room.id, Role.MEMBER, conversation.created_at))

    async def _overtaken(
        self, business: Business, visit: Visit, conversation: Conversation, claims: Claims | None
    ) -> Reception:
        """Somebody was faster: another attempt with the same key, or the same visitor on another device."""
        existing = await self._conversations.get(conversation.room_id)
        if existing is None and claims is not None:
            return await self._recognised(business, visit, claims, None)
        if existing is None:
            raise refusals.key_reused()
        return self._again(existing, visit)

    def _again(self, existing: Conversation, visit: Visit) -> Reception:
        """The same request once more; is answered as at first."""
        if existing.digest != visit.digest or self._now() - existing.created_at > KEY_MILLISECONDS:
            raise refusals.key_reused()
        if existing.blocked:
            raise refusals.visitor_blocked()
        if existing.merged_into:
            raise refusals.key_reused()
        self._changes.tell(existing)  # the first attempt may have been interrupted before it did
        return Reception(existing, is_new=True)


def _check_key(key: str) -> None:
    if key and (len(key) not in _KEY_CHARACTERS or not (key.isascii() and key.isprintable())):
        raise Invalid(
            f"An Idempotency-Key is {_KEY_CHARACTERS[0]} to {_KEY_CHARACTERS[-1]} characters that nobody can guess.",
            reason="INVALID_IDEMPOTENCY_KEY",
            field="Idempotency-Key",
        )


def _visitor(business: Business, visit: Visit, answers: dict[str, str], claims: Claims | None) -> Visitor:
    visitor = Visitor(
        name=answers.get("name", "")[:_MAX_NAME],
        email=answers.get("email", ""),
        phone=answers.get("phone", ""),
        answers={key: answer for key, answer in answers.items() if key not in chat_form.KNOWN},
        consent=business.form.consent,
        page=visit.page[:_MAX_ADDRESS],
        referrer=visit.referrer[:_MAX_ADDRESS],
    )
    return visitor if claims is None else _claimed(visitor, claims)


def _claimed(visitor: Visitor, claims: Claims) -> Visitor:
    """What the business says of a visitor goes before what that says of itself."""
    return replace(
        visitor, subject=claims.subject, name=claims.name or visitor.name, email=claims.email or visitor.email
    )


def _named(conversation: Conversation, claims: Claims) -> Conversation:
    return replace(conversation, visitor=_claimed(conversation.visitor, claims))


def _waiting(conversation: Conversation, since: Milliseconds) -> Conversation:
    return replace(conversation, status=Status.OPEN, snoozed_until=0, waiting_since=conversation.waiting_since or since)


def _merged(conversation: Conversation, into: str) -> Conversation:
    return replace(conversation, merged_into=into, status=Status.RESOLVED, snoozed_until=0, waiting_since=0)


def _room(conversation: Conversation, room_id: str, guest: str, now: Milliseconds) -> Room:
    return Room(
        id=room_id,
        kind=RoomKind.SUPPORT,
        created_by=conversation.guest_id,
        created_at=now,
        last_activity_at=now,
        name=conversation.visitor.name,
        business=conversation.business_id,
        guest=guest,
    )
