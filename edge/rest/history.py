"""The history of a conversation: what was done to it, when and by whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from edge import render
from edge.frames import Person
from edge.render import PriorityName, StatusName
from edge.rest.routing import Call
from parlance.room.v1 import conversation_pb2 as pb


class HistoryEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done to a conversation at one time: what is there has changed, and is as it was then."""

    at: datetime
    by: Person | None
    """An agent or the visitor; null for what came of itself, such as the end of a snooze."""
    status: StatusName | UnsetType = UNSET
    assignee: Person | UnsetType | None = UNSET
    """Null: nobody any more."""
    tags: list[str] | UnsetType = UNSET
    priority: PriorityName | UnsetType = UNSET
    snoozed_until: datetime | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET


async def rendered(call: Call, entries: Sequence[pb.HistoryEntry]) -> list[HistoryEntry]:
    """Entries with the names of those whom they name."""
    named = {user_id for entry in entries for user_id in (entry.actor_id, entry.changes.assignee_id) if user_id}
    people = await call.backends.people.get(named)
    return [_entry(entry, people) for entry in entries]


def _entry(entry: pb.HistoryEntry, people: Mapping[str, Person]) -> HistoryEntry:
    changes = entry.changes
    return HistoryEntry(
        at=render.when(entry.at),
        by=people.get(entry.actor_id),
        status=render.status(changes.status) if changes.HasField("status") else UNSET,
        assignee=people.get(changes.assignee_id) if changes.HasField("assignee_id") else UNSET,
        tags=list(changes.tags.tags) if changes.HasField("tags") else UNSET,
        priority=render.priority(changes.priority) if changes.HasField("priority") else UNSET,
        snoozed_until=render.when(changes.snoozed_until) if changes.HasField("snoozed_until") else UNSET,
        blocked=changes.blocked if changes.HasField("blocked") else UNSET,
    )
