"""The history of a conversation: each change that agents care about, once, by whoever made it."""

import asyncio

import pytest

from room_service import conversation_changes
from room_service.conversation_model import Conversation, ConversationChanges, HistoryEntry, Priority, Status
from room_service.conversations_store import ConversationsStore
from room_service.model import ReadMarker
from tests.room_service.house import House
from tests.room_service.visitors import open_shop, receive, write

HOUR = 60 * 60 * 1000


@pytest.fixture
async def conversation(house: House) -> Conversation:
    await open_shop(house)
    return await receive(house)


async def change(house: House, conversation: Conversation, actor: str, **changes: object) -> None:
    await house.conversations.update(conversation.room_id, actor, ConversationChanges(**changes))


async def history(house: House, conversation: Conversation) -> list[HistoryEntry]:
    """As agents see it: the latest first."""
    entries = (await house.conversations.get(conversation.room_id, "alan")).history
    versions = [entry.version for entry in entries]
    assert versions == sorted(set(versions), reverse=True)
    return entries


async def told(house: House, conversation: Conversation) -> list[tuple[str, ConversationChanges]]:
    """Who did what, in order."""
    return [(entry.actor_id, entry.changes) for entry in reversed(await history(house, conversation))]


async def test_what_is_done_is_told_with_who_did_it(house: House, conversation: Conversation) -> None:
    await change(house, conversation, "ada", assignee_id="alan", priority=Priority.HIGH)
    await change(house, conversation, "alan", tags=("refund",))
    await change(house, conversation, "alan", status=Status.RESOLVED)
    await write(house, conversation, conversation.guest_id)
    await change(house, conversation, "ada", assignee_id="")
    assert await told(house, conversation) == [
        ("ada", ConversationChanges(assignee_id="alan", priority=Priority.HIGH)),
        ("alan", ConversationChanges(tags=("refund",))),
        ("alan", ConversationChanges(status=Status.RESOLVED)),
        (conversation.guest_id, ConversationChanges(status=Status.OPEN)),
        ("ada", ConversationChanges(assignee_id="")),
    ]


async def test_what_comes_of_itself_is_nobodys(house: House, conversation: Conversation) -> None:
    until = house.clock.now_ms + HOUR
    await change(house, conversation, "alan", status=Status.SNOOZED, snoozed_until=until)
    house.clock.now_ms = until
    await house.visits.wake()
    snoozed, woken = await told(house, conversation)
    assert snoozed == ("alan", ConversationChanges(status=Status.SNOOZED, snoozed_until=until))
    assert woken == ("", ConversationChanges(status=Status.OPEN))


async def test_talking_and_reading_are_no_history(house: House, conversation: Conversation) -> None:
    await write(house, conversation, conversation.guest_id)
    await house.read_markers.mark([ReadMarker("alan", conversation.room_id, 1)])
    assert await history(house, conversation) == []
    await write(house, conversation, "alan")  # who answers handles it
    assert await told(house, conversation) == [("alan", ConversationChanges(assignee_id="alan"))]
    await write(house, conversation, conversation.guest_id)
    assert len(await history(house, conversation)) == 1


async def test_what_several_do_at_once_is_there_once(house: House, conversation: Conversation) -> None:
    tags = [f"tag-{number}" for number in range(8)]
    await asyncio.gather(
        *(change(house, conversation, "alan", tags=(tag,)) for tag in tags),
        *(change(house, conversation, "ada", assignee_id=who) for who in ("alan", "adam")),
    )
    done = await told(house, conversation)
    assert sorted(changes.tags[0] for _, changes in done if changes.tags) == tags
    assert sorted(changes.assignee_id for _, changes in done if changes.assignee_id) == ["adam", "alan"]


async def test_an_entry_that_was_kept_for_a_change_that_failed_is_there_once(
    house: House, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change(house, conversation, "alan", tags=("first",))

    async def dies(*_changes: object) -> bool:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(ConversationsStore, "replace", dies)
        with pytest.raises(ConnectionError):
            await change(house, conversation, "alan", tags=("second",))
    assert [changes.tags for _, changes in await told(house, conversation)] == [("first",)]
    await change(house, conversation, "alan", tags=("third",))
    assert [changes.tags for _, changes in await told(house, conversation)] == [("first",), ("third",)]


async def test_the_latest_are_shown(house: House, conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_changes, "MAX_HISTORY", 3)
    for number in range(5):
        await change(house, conversation, "alan", tags=(str(number),))
    assert [changes.tags for _, changes in await told(house, conversation)] == [("2",), ("3",), ("4",)]


async def test_an_erased_conversation_has_no_history(house: House, conversation: Conversation) -> None:
    for tag in ("one", "two"):
        await change(house, conversation, "alan", tags=(tag,))
    assert len(await house.history_store.latest(conversation.room_id, 10)) == 1
    await house.conversations.erase(conversation.room_id, "ada", guests_are_gone=True)
    assert await house.history_store.latest(conversation.room_id, 10) == []
