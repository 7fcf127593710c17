import asyncio
import contextlib
from dataclasses import replace

import pytest

from mesh.errors import Forbidden, Invalid, NotFound
from room_service import conversations, names
from room_service.closures import Closures
from room_service.conversation_model import Conversation, ConversationChanges, Filter, Priority, Status
from room_service.events import Announcement, ConversationChanged, Read, RoomDeleted
from room_service.model import ReadMarker, Role, Room, RoomActivity
from tests.room_service.house import House
from tests.room_service.test_businesses import acme
from tests.room_service.visitors import VERA, open_shop, receive, returning, signed, stored, write

HOUR = 60 * 60 * 1000


async def page(
    house: House,
    business_id: str,
    wanted: Filter | None = None,
    *,
    actor: str = "ada",
    by_creation: bool = False,
    export: bool = False,
) -> list[str]:
    """The rooms of all conversations that an agent sees, read in pages of two."""
    rooms: list[str] = []
    token = ""
    while True:
        found, token = await house.conversations.page(
            business_id,
            actor,
            wanted or Filter(),
            by_creation=by_creation,
            for_export=export,
            page_size=2,
            page_token=token,
        )
        rooms += [conversation.room_id for conversation in found]
        if not token:
            return rooms


async def change(house: House, conversation: Conversation, actor: str = "alan", **changes: object) -> Conversation:
    return await house.conversations.update(conversation.room_id, actor, ConversationChanges(**changes))


async def test_the_inbox_has_the_most_recently_active_first_and_leads_the_newest(house: House) -> None:
    business = await open_shop(house)
    first, second, third = [await receive(house) for _ in range(3)]
    await write(house, first, first.guest_id)
    assert await page(house, business.id) == [first.room_id, third.room_id, second.room_id]
    assert await page(house, business.id, by_creation=True) == [third.room_id, second.room_id, first.room_id]


async def test_conversations_of_the_same_moment_are_each_listed_once(house: House) -> None:
    business = await open_shop(house)
    house.clock.step = 0
    rooms = {(await receive(house)).room_id for _ in range(5)}
    listed = await page(house, business.id)
    assert (len(listed), set(listed)) == (5, rooms)


async def test_the_inbox_is_filtered_by_state_and_by_who_handles_it(house: House) -> None:
    business = await open_shop(house)
    mine, nobodys, done = [await receive(house) for _ in range(3)]
    await change(house, mine, assignee_id="alan")
    await change(house, done, status=Status.RESOLVED)
    assert await page(house, business.id, Filter(status=Status.RESOLVED)) == [done.room_id]
    assert await page(house, business.id, Filter(assignee_id="alan")) == [mine.room_id]
    assert await page(house, business.id, Filter(status=Status.OPEN, assignee_id="")) == [nobodys.room_id]
    counts = await house.conversations.count(business.id, "alan")
    assert (counts.open, counts.mine, counts.unassigned, counts.resolved, counts.pending) == (2, 1, 1, 1, 0)


async def test_visitors_are_found_by_how_their_name_or_address_begins(house: House) -> None:
    business = await open_shop(house)
    vera = await receive(house)
    emil = await receive(house, replace(VERA, answers={"name": "Émil", "email": "ve@example.org"}))
    assert set(await page(house, business.id, Filter(prefix="VE"))) == {vera.room_id, emil.room_id}
    assert await page(house, business.id, Filter(prefix="vera")) == [vera.room_id]
    assert await page(house, business.id, Filter(prefix="émi")) == [emil.room_id]
    assert await page(house, business.id, Filter(prefix=".*")) == []


async def test_one_business_sees_nothing_of_anothers(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    other = await house.businesses.create("mallory", slug="other", name="Other", time_zone="")
    assert await page(house, other.id, actor="mallory") == []
    with pytest.raises(NotFound):
        await page(house, business.id, actor="mallory")
    with pytest.raises(NotFound):
        await house.conversations.count(business.id, "mallory")
    with pytest.raises(NotFound):
        await house.conversations.get(conversation.room_id, "mallory")
    with pytest.raises(NotFound):
        await change(house, conversation, "mallory", status=Status.RESOLVED)
    with pytest.raises(NotFound):
        await house.conversations.erase(conversation.room_id, "mallory", guests_are_gone=True)
    assert await stored(house, conversation) == conversation


async def test_leads_leave_the_house_through_managers_only(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    assert await page(house, business.id, actor="adam", export=True) == [conversation.room_id]
    with pytest.raises(Forbidden):
        await page(house, business.id, actor="alan", export=True)


async def test_what_an_agent_changes_is_kept_and_told(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    house.announced.clear()
    tags = (" Billing ", "vip", "billing")
    changed = await change(house, conversation, assignee_id="adam", tags=tags, priority=Priority.HIGH)
    assert (changed.assignee_id, changed.tags, changed.priority) == ("adam", ("billing", "vip"), Priority.HIGH)
    assert await stored(house, conversation) == changed
    event = ConversationChanged(conversation.room_id, 2)
    assert house.announced == [Announcement(event, business_ids=(business.id,))]


async def test_a_change_that_changes_nothing_tells_nobody(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    house.announced.clear()
    assert await change(house, conversation, status=Status.OPEN) == conversation
    assert house.announced == []


@pytest.mark.parametrize(
    "changes",
    [
        {"assignee_id": "mallory"},
        {"status": Status.SNOOZED},
        {"status": Status.OPEN, "snoozed_until": 1},
        {"status": Status.SNOOZED, "snoozed_until": 1},
        {"tags": ("x" * 41,)},
        {"tags": tuple(map(str, range(21)))},
        {"tags": ("  ",)},
    ],
)
async def test_what_a_conversation_cannot_be_is_refused(house: House, changes: dict[str, object]) -> None:
    await open_shop(house)
    conversation = await receive(house)
    with pytest.raises(Invalid):
        await change(house, conversation, **changes)
    assert await stored(house, conversation) == conversation


async def test_a_snoozed_conversation_opens_when_its_time_has_come(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await change(house, conversation, status=Status.SNOOZED, snoozed_until=house.clock() + HOUR)
    await house.visits.wake()
    assert (await stored(house, conversation)).status is Status.SNOOZED
    house.clock.now_ms += HOUR
    await house.visits.wake()
    woken = await stored(house, conversation)
    assert (woken.status, woken.snoozed_until) == (Status.OPEN, 0)
    house.announced.clear()
    await house.visits.wake()
    assert house.announced == []


@pytest.mark.parametrize("status", [Status.PENDING, Status.SNOOZED, Status.RESOLVED])
async def test_a_visitor_who_writes_opens_its_conversation_again(house: House, status: Status) -> None:
    await open_shop(house)
    conversation = await receive(house)
    until = house.clock() + HOUR if status is Status.SNOOZED else None
    await change(house, conversation, status=status, snoozed_until=until)
    await write(house, conversation, conversation.guest_id)
    opened = await stored(house, conversation)
    assert (opened.status, opened.snoozed_until) == (Status.OPEN, 0)
    assert opened.waiting_since


async def test_those_who_speak_in_a_conversation_are_known_by_it(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    notes = names.notes_room_id(conversation.room_id)
    ordinary = await house.room(alan=Role.MEMBER)
    pairs = [
        (conversation.guest_id, conversation.room_id),
        ("alan", conversation.room_id),
        ("stranger", conversation.room_id),
        (conversation.guest_id, notes),
        ("alan", notes),
        ("alan", ordinary.id),
    ]
    seats = await house.memberships.check(pairs)
    assert [seat.in_conversation for seat in seats] == [True, True, False, False, False, False]


async def test_a_visitor_waits_from_its_first_message_that_nobody_has_answered(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    assert conversation.waiting_since
    await write(house, conversation, "alan")
    assert (await stored(house, conversation)).waiting_since == 0
    first = await write(house, conversation, conversation.guest_id)
    await write(house, conversation, conversation.guest_id)
    assert (await stored(house, conversation)).waiting_since == first


async def test_whoever_answers_what_nobody_handles_handles_it(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await write(house, conversation, "alan")
    await write(house, conversation, "adam")
    assert (await stored(house, conversation)).assignee_id == "alan"


async def test_an_answer_counts_although_the_visitor_has_replied_to_it_at_once(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    answered, replied = house.clock(), house.clock()
    await house.activity.note(
        [
            RoomActivity(conversation.room_id, answered, "alan", 2),
            RoomActivity(conversation.room_id, replied, conversation.guest_id, 3),
        ]
    )
    after = await stored(house, conversation)
    assert (after.assignee_id, after.waiting_since, after.version) == ("alan", replied, 2)


async def test_what_two_report_at_once_counts_for_both_and_is_told(house: House) -> None:
    await open_shop(house)
    conversations = [await receive(house) for _ in range(3)]
    house.announced.clear()
    at = house.clock()
    reports = [[RoomActivity(each.room_id, at + number, "alan") for each in conversations] for number in range(4)]
    await asyncio.gather(*map(house.activity.note, reports))
    for conversation in conversations:
        after = await stored(house, conversation)
        assert (after.assignee_id, after.last_activity_at) == ("alan", at + 3)
        told = [event for event in house.events if isinstance(event, ConversationChanged)]
        assert ConversationChanged(conversation.room_id, after.version) in told


@pytest.mark.parametrize("status", [Status.PENDING, Status.SNOOZED, Status.RESOLVED])
async def test_what_agents_had_read_before_opens_nothing_although_it_is_reported_after(
    house: House, status: Status
) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await house.read_markers.mark([ReadMarker("alan", conversation.room_id, 1)])
    until = house.clock() + HOUR if status is Status.SNOOZED else None
    await change(house, conversation, status=status, snoozed_until=until)
    await write(house, conversation, conversation.guest_id)  # the first: seq 1
    after = await stored(house, conversation)
    assert (after.status, after.snoozed_until or None) == (status, until)
    assert bool(after.waiting_since) is (status is not Status.RESOLVED)
    await write(house, conversation, conversation.guest_id)
    assert (await stored(house, conversation)).status is Status.OPEN


async def test_what_agents_read_only_after_they_resolved_opens_the_conversation(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await change(house, conversation, status=Status.RESOLVED)
    await house.read_markers.mark([ReadMarker("alan", conversation.room_id, 1)])
    await change(house, conversation, tags=("vip",))
    await write(house, conversation, conversation.guest_id)
    assert (await stored(house, conversation)).status is Status.OPEN


async def test_an_unread_message_opens_the_conversation_although_its_report_is_overtaken_by_a_later_one(
    house: House,
) -> None:
    await open_shop(house)
    conversation = await receive(house)
    at, room_id = house.clock(), conversation.room_id
    await change(house, conversation, status=Status.RESOLVED)
    await house.activity.note([RoomActivity(room_id, at + 1, "alan", 2)])
    await house.activity.note([RoomActivity(room_id, at, conversation.guest_id, 1)])
    after = await stored(house, conversation)
    assert (after.status, after.waiting_since, after.last_activity_at) == (Status.OPEN, 0, at + 1)


async def test_a_message_that_is_reported_again_changes_nothing(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    activity = RoomActivity(conversation.room_id, house.clock(), conversation.guest_id, 1)
    await house.activity.note([activity])
    await change(house, conversation, status=Status.RESOLVED)
    before = await stored(house, conversation)
    await house.activity.note([activity])
    assert await stored(house, conversation) == before


async def test_a_last_word_that_is_reported_after_its_visitor_was_blocked_opens_nothing(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    await change(house, conversation, blocked=True)
    await write(house, conversation, conversation.guest_id)
    after = await stored(house, conversation)
    assert (after.status, after.waiting_since) == (Status.RESOLVED, 0)


async def test_one_agent_reads_for_all_and_the_visitor_sees_it(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    house.announced.clear()
    room_id = conversation.room_id
    markers = [ReadMarker("alan", room_id, 5), ReadMarker("ada", room_id, 3), ReadMarker("mallory", room_id, 9)]
    standing = await house.read_markers.mark(markers)
    assert {(marker.user_id, marker.seq) for marker in standing} <= {("alan", 5), ("ada", 5), ("ada", 3)}
    assert (await stored(house, conversation)).read_seq == 5
    assert Announcement(Read(room_id, "alan", 5), room_ids=(room_id,)) in house.announced
    _, place = await house.admissions.join(room_id, "adam")
    assert place.read_seq == 5


async def test_what_an_agent_handled_is_nobodys_when_it_goes(house: House) -> None:
    business = await open_shop(house)
    one, other = await receive(house), await receive(house)
    for conversation in (one, other):
        await change(house, conversation, assignee_id="alan")
    await house.agents.remove(business.id, "ada", "alan")
    assert {(await stored(house, each)).assignee_id for each in (one, other)} == {""}
    await change(house, one, "ada", assignee_id="adam")
    await house.agents.remove_user("adam")
    assert (await stored(house, one)).assignee_id == ""


async def test_nothing_is_assigned_to_an_agent_who_goes_at_the_same_time(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    for _ in range(10):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(house.agents.remove(business.id, "ada", "alan"))
            for _ in range(5):
                tasks.create_task(assign(house, conversation, "alan"))
        assert (await stored(house, conversation)).assignee_id == ""
        await house.agents.add(business.id, "ada", "alan", None)


async def assign(house: House, conversation: Conversation, user_id: str) -> None:
    with contextlib.suppress(Invalid):
        await change(house, conversation, "ada", assignee_id=user_id)


async def test_an_answer_that_is_reported_when_its_agent_has_gone_assigns_nothing(house: House) -> None:
    business = await open_shop(house)
    conversation = await receive(house)
    await house.agents.remove(business.id, "ada", "alan")
    await write(house, conversation, "alan")
    after = await stored(house, conversation)
    assert (after.assignee_id, after.waiting_since) == ("", 0)


async def test_an_erased_conversation_leaves_nothing(house: House) -> None:
    business = await open_shop(house)
    own, anonymous = await receive(house, signed()), await receive(house)
    await receive(house, signed(returning(anonymous)))
    house.announced.clear()
    guests = await house.conversations.erase(own.room_id, "adam", guests_are_gone=True)
    assert guests == [own.guest_id, anonymous.guest_id]
    rooms = [own.room_id, own.notes_room_id, anonymous.room_id, anonymous.notes_room_id]
    assert await house.rooms_store.get_many(rooms) == []
    assert {RoomDeleted(room) for room in rooms} <= set(house.events)
    assert await house.conversations.get_many(rooms) == []
    assert await page(house, business.id) == []
    with pytest.raises(NotFound):
        await house.conversations.erase(own.room_id, "adam", guests_are_gone=True)
    await house.purger.purge()
    assert set(house.purged) == set(rooms)


async def test_that_one_was_erased_is_news_although_somebody_writes_in_it_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_shop(house)
    conversation = await receive(house)
    close = Closures.close

    async def written_in_and_closed(closures: Closures, room: Room) -> bool:
        await write(house, conversation, conversation.guest_id)
        return await close(closures, room)

    monkeypatch.setattr(Closures, "close", written_in_and_closed)
    await house.conversations.erase(conversation.room_id, "ada", guests_are_gone=True)
    *before, gone = [event.version for event in house.events if isinstance(event, ConversationChanged)]
    assert gone > max(before) > 1


async def test_however_many_were_merged_an_erased_conversation_leaves_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "MAX_EARLIER", 1)
    await open_shop(house)
    own, *anonymous = await receive(house, signed()), await receive(house), await receive(house)
    for each in anonymous:
        await receive(house, signed(returning(each)))
    guests = await house.conversations.erase(own.room_id, "adam", guests_are_gone=True)
    assert set(guests) == {each.guest_id for each in (own, *anonymous)}
    assert await house.conversations.get_many(each.room_id for each in (own, *anonymous)) == []


async def test_agents_do_not_erase(house: House) -> None:
    await open_shop(house)
    conversation = await receive(house)
    with pytest.raises(Forbidden):
        await house.conversations.erase(conversation.room_id, "alan", guests_are_gone=True)


async def test_the_conversation_of_a_guest_whose_account_goes_away_is_erased(house: House) -> None:
    await open_shop(house)
    conversation, kept = await receive(house), await receive(house)
    await house.conversations.forget_guest(conversation.guest_id)
    assert await house.conversations.get_many([conversation.room_id, kept.room_id]) == [kept]


async def test_edges_are_told_what_has_changed_since_they_asked(house: House) -> None:
    business = await open_shop(house)
    await acme(house, slug="other")
    await receive(house)
    second = await receive(house)
    await receive(house, replace(VERA, slug="other", answers={}))
    since = house.clock()
    assert await house.conversations.changed_since(business.id, since) == ([], False)
    changed = await change(house, second, status=Status.RESOLVED)
    assert await house.conversations.changed_since(business.id, since) == ([changed], False)
