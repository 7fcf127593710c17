import asyncio
from dataclasses import replace

import pytest

from mesh.errors import Conflict, Forbidden, Invalid, NotFound, ParlanceError, Unauthenticated
from room_service import names, reception
from room_service.business_model import AgentRole
from room_service.conversation_model import ConversationChanges, Filter, Status, Visit
from room_service.events import Announcement, ConversationChanged, MemberLeft
from room_service.memberships_store import MembershipsStore
from room_service.model import Membership, Role, RoomKind
from tests.room_service.house import House
from tests.room_service.test_businesses import acme
from tests.room_service.visitors import VERA, open_shop, receive, returning, signed, stored

KEY = "a-key-that-nobody-guesses"


async def count(house: House, business_id: str) -> int:
    """How many conversations a business has."""
    found, _ = await house.conversations.page(
        business_id, "ada", Filter(), by_creation=False, for_export=False, page_size=0, page_token=""
    )
    return len(found)


async def test_a_visitor_is_let_into_a_room_of_its_own_and_the_business_hears_of_it(house: House) -> None:
    business = await open_shop(house)
    house.announced.clear()
    received = await house.receptionist.receive(VERA)
    conversation = received.conversation
    assert received.is_new
    assert await stored(house, conversation) == conversation
    room = await house.rooms_store.get(conversation.room_id)
    assert room is not None
    assert (room.kind, room.business, room.guest) == (RoomKind.SUPPORT, business.id, conversation.guest_id)
    assert await house.role(conversation.guest_id, room) is Role.MEMBER
    assert house.announced == [Announcement(ConversationChanged(conversation.room_id, 1), business_ids=(business.id,))]


async def test_what_a_visitor_said_of_itself_is_kept(house: House) -> None:
    await open_shop(house)
    visitor = (await receive(house)).visitor
    assert (visitor.name, visitor.email, visitor.phone) == ("Vera", "vera@example.org", "")
    assert visitor.answers == {"order": "A-17"}
    assert visitor.consent == "You may write to me."
    assert (visitor.page, visitor.referrer) == ("https://acme.example/prices", "https://search.example")
    assert visitor.subject == ""


async def test_no_guest_enters_the_room_in_which_agents_talk_about_it(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    with pytest.raises(NotFound):
        await house.admissions.join(conversation.notes_room_id, conversation.guest_id)
    notes = await house.rooms_store.get(conversation.notes_room_id)
    assert notes is not None
    assert await house.role(conversation.guest_id, notes) is None
    assert await house.role("alan", notes) is Role.MEMBER


@pytest.mark.parametrize(
    ("visit", "refusal"),
    [
        (replace(VERA, slug="nobody"), NotFound),
        (replace(VERA, origin="https://evil.example"), Forbidden),
        (replace(VERA, answers={"email": "vera@example.org"}), Invalid),
        (replace(VERA, answers={"name": "Vera", "email": "no address"}), Invalid),
        (replace(VERA, answers={"name": "Vera", "iban": "DE00"}), Invalid),
        (replace(VERA, consent=False), Invalid),
        (replace(VERA, with_message=False), Invalid),
        (replace(VERA, idempotency_key="short"), Invalid),
        (replace(VERA, identity_token="forged"), Unauthenticated),
        (replace(VERA, guest_id="g", guest_room_id="unknown"), NotFound),
    ],
)
async def test_bad_input_opens_nothing(house: House, visit: Visit, refusal: type[ParlanceError]) -> None:
    business = await open_shop(house)
    house.announced.clear()
    with pytest.raises(refusal):
        await house.receptionist.receive(visit)
    assert await count(house, business.id) == 0
    assert house.announced == []


async def test_a_visitor_who_returns_finds_its_conversation(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    again = await house.receptionist.receive(returning(conversation))
    assert (again.conversation, again.is_new) == (conversation, False)
    assert await count(house, business.id) == 1


async def test_a_conversation_is_found_by_the_token_of_its_own_guest_only(house: House) -> None:
    await open_shop(house)
    conversation, other = await receive(house), await receive(house)
    with pytest.raises(NotFound):
        await receive(house, replace(returning(conversation), guest_id=other.guest_id))


async def test_a_token_is_worth_nothing_at_another_business(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await acme(house, slug="other")
    with pytest.raises(Forbidden):
        await receive(house, replace(returning(conversation), slug="other"))


async def test_one_key_opens_one_conversation_however_often_it_is_tried(house: House) -> None:
    business = await open_shop(house)
    visit = replace(VERA, idempotency_key=KEY, digest="d1")
    received = await asyncio.gather(*(house.receptionist.receive(visit) for _ in range(5)))
    assert len({each.conversation.room_id for each in received}) == 1
    assert all(each.is_new for each in received)
    assert await count(house, business.id) == 1


async def test_a_key_stands_for_one_request_and_for_a_day(house: House) -> None:
    business = await open_shop(house)
    visit = replace(VERA, idempotency_key=KEY, digest="d1")
    await receive(house, visit)
    with pytest.raises(Conflict):
        await receive(house, replace(visit, digest="d2"))
    house.clock.now_ms += reception.KEY_MILLISECONDS
    with pytest.raises(Conflict):
        await receive(house, visit)
    assert await count(house, business.id) == 1


async def test_a_key_of_a_conversation_that_was_erased_opens_nothing(house: House) -> None:
    business = await open_shop(house)
    visit = replace(VERA, idempotency_key=KEY, digest="d1")
    conversation = await receive(house, visit)
    await house.conversations.erase(conversation.room_id, "ada", guests_are_gone=True)
    with pytest.raises(Conflict):
        await receive(house, visit)
    assert await count(house, business.id) == 0


async def test_an_attempt_that_was_interrupted_is_completed_by_the_next(house: House) -> None:
    await open_shop(house)
    visit = replace(VERA, idempotency_key=KEY, digest="d1")
    conversation = await receive(house, visit)
    await house.conversations_store.remove(conversation.room_id)
    again = await receive(house, visit)
    assert (again.room_id, again.guest_id) == (conversation.room_id, conversation.guest_id)


async def test_an_attempt_that_was_interrupted_before_it_told_of_itself_is_told_by_the_next(house: House) -> None:
    business = await open_shop(house)
    visit = replace(VERA, idempotency_key=KEY, digest="d1")
    conversation = await receive(house, visit)
    house.announced.clear()
    await receive(house, visit)
    assert house.announced == [Announcement(ConversationChanged(conversation.room_id, 1), business_ids=(business.id,))]


async def test_who_is_blocked_is_kept_out_until_that_is_lifted(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await house.conversations.update(conversation.room_id, "alan", ConversationChanges(blocked=True))
    room = await house.rooms_store.get(conversation.room_id)
    assert room is not None
    assert await house.role(conversation.guest_id, room) is Role.BANNED
    assert MemberLeft(room.id, conversation.guest_id, removed=True) in house.events
    with pytest.raises(Forbidden) as refused:
        await receive(house, returning(conversation))
    assert refused.value.reason == "VISITOR_BLOCKED"
    await house.conversations.update(conversation.room_id, "alan", ConversationChanges(blocked=False))
    assert await house.role(conversation.guest_id, room) is Role.MEMBER
    assert (await receive(house, returning(conversation))).room_id == conversation.room_id


async def test_a_visitor_who_is_admitted_while_it_is_being_blocked_is_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_shop(house)
    conversation = await receive(house)
    room = await house.rooms_store.get(conversation.room_id)
    assert room is not None
    change_role = MembershipsStore.change_role

    async def admitted_before(store: MembershipsStore, guest: Membership, role: Role) -> bool:
        monkeypatch.setattr(MembershipsStore, "change_role", change_role)
        await house.conversations.update(room.id, "adam", ConversationChanges(blocked=False))
        return await change_role(store, guest, role)

    monkeypatch.setattr(MembershipsStore, "change_role", admitted_before)
    await house.conversations.update(room.id, "alan", ConversationChanges(blocked=True))
    assert not (await stored(house, conversation)).blocked
    assert await house.role(conversation.guest_id, room) is Role.MEMBER


async def test_a_visitor_whom_the_business_vouches_for_is_marked_and_has_the_name_it_gives(house: House) -> None:
    await open_shop(house)
    visitor = (await receive(house, signed(name="Vera Molnar"))).visitor
    assert (visitor.subject, visitor.name, visitor.email) == ("customer-7", "Vera Molnar", "vera@example.org")


async def test_such_a_visitor_has_one_conversation_on_all_devices(house: House) -> None:
    business = await open_shop(house)
    first, second = await asyncio.gather(receive(house, signed()), receive(house, signed()))
    assert first.room_id == second.room_id
    assert (await receive(house, replace(signed(), answers={}, with_message=False))).room_id == first.room_id
    assert (await receive(house, signed(subject="customer-8"))).room_id != first.room_id
    assert await count(house, business.id) == 2


async def test_an_anonymous_conversation_becomes_the_visitors_own_when_it_is_recognised(house: House) -> None:
    await open_shop(house)
    anonymous = await receive(house)
    recognised = await receive(house, signed(returning(anonymous)))
    assert (recognised.room_id, recognised.visitor.subject) == (anonymous.room_id, "customer-7")


async def test_a_second_anonymous_conversation_is_merged_into_the_visitors_own(house: House) -> None:
    await open_shop(house)
    own, anonymous = await receive(house, signed()), await receive(house)
    assert (await receive(house, signed(returning(anonymous)))).room_id == own.room_id
    earlier = (await house.conversations.get(own.room_id, "alan")).earlier
    assert [each.room_id for each in earlier] == [anonymous.room_id]
    room = await house.rooms_store.get(anonymous.room_id)
    assert room is not None
    assert await house.role(anonymous.guest_id, room) is Role.BANNED
    assert (await receive(house, replace(returning(anonymous), with_message=True))).room_id != anonymous.room_id


async def test_a_visitor_who_is_recognised_waits_once_and_in_its_own_conversation(house: House) -> None:
    await open_shop(house)
    own, anonymous = await receive(house, signed()), await receive(house)
    await house.conversations.update(own.room_id, "alan", ConversationChanges(status=Status.RESOLVED))
    received = await receive(house, signed(returning(anonymous)))
    assert received == await stored(house, own)
    assert (received.status, received.waiting_since) == (Status.OPEN, anonymous.waiting_since)
    merged = await stored(house, anonymous)
    assert (merged.status, merged.waiting_since) == (Status.RESOLVED, 0)


async def test_a_merging_that_was_interrupted_is_completed_by_the_next_visit(house: House) -> None:
    await open_shop(house)
    own, anonymous = await receive(house, signed()), await receive(house)
    await house.conversations_store.replace(anonymous, replace(anonymous, merged_into=own.room_id))
    assert (await receive(house, signed(returning(anonymous)))).room_id == own.room_id
    room = await house.rooms_store.get(anonymous.room_id)
    assert room is not None
    assert await house.role(anonymous.guest_id, room) is Role.BANNED


async def test_nobody_is_merged_without_a_signature(house: House) -> None:
    await open_shop(house)
    own = await receive(house, signed())
    claimed = await receive(house)  # with the same name and address
    assert claimed.room_id != own.room_id
    assert claimed.visitor.subject == ""
    assert (await stored(house, own)).merged_into == ""


async def test_the_conversation_of_one_customer_is_never_anothers(house: House) -> None:
    await open_shop(house)
    one, other = await receive(house, signed()), await receive(house, signed(subject="customer-8"))
    assert (await receive(house, signed(returning(one), subject="customer-8"))).room_id == other.room_id
    assert (await stored(house, one)).merged_into == ""


def test_ids_of_guests_and_rooms_are_made_from_one_another_and_look_like_ids() -> None:
    room_id = names.conversation_room_id("01890a5d-ac96-774b-bcce-b302099a8057", KEY)
    assert room_id == names.conversation_room_id("01890a5d-ac96-774b-bcce-b302099a8057", KEY)
    assert room_id != names.conversation_room_id("01890a5d-ac96-774b-bcce-b302099a8058", KEY)
    assert names.is_room_id(room_id)
    assert names.is_room_id(names.notes_room_id(room_id))
    assert len({names.conversation_room_id("01890a5d-ac96-774b-bcce-b302099a8057", "") for _ in range(9)}) == 9


async def test_agents_are_as_good_as_members_of_the_room_and_strangers_do_not_know_it(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    for user_id, role in (("ada", Role.MODERATOR), ("adam", Role.MODERATOR), ("alan", Role.MEMBER)):
        room, place = await house.admissions.join(conversation.room_id, user_id)
        assert (room.id, place.role) == (conversation.room_id, role)
        assert await house.role(user_id, room) is role
    with pytest.raises(NotFound):
        await house.admissions.join(conversation.room_id, "mallory")
    await house.agents.add(business.id, "ada", "mallory", AgentRole.AGENT)
    await house.admissions.join(conversation.room_id, "mallory")
    await house.agents.remove(business.id, "ada", "mallory")
    with pytest.raises(NotFound):
        await house.admissions.join(conversation.room_id, "mallory")
