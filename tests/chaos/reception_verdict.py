"""Whether visitors were received as promised. What they and the owner said is judged with everybody else's messages."""

from collections import Counter
from collections.abc import Iterable

from tests.chaos.records import Listed, Reception, Visit
from tests.chaos.verdict import Logs


def reception_violations(visits: Iterable[Visit], reception: Reception, logs: Logs) -> list[str]:
    """Each broken promise in words; none when all were kept."""
    visits = list(visits)
    return [
        *(fault for visit in visits for fault in _of_beginning(visit, logs)),
        *(fault for visit in visits for fault in _of_entry(visit, reception)),
        *_of_inbox(reception.inbox),
    ]


def _of_beginning(visit: Visit, logs: Logs) -> list[str]:
    """Every answer names the same room, guest and first message, and that message opens the room, once."""
    if not visit.answers:
        return [f"{visit.name}: its chat has never begun: {visit.shown}"]
    named = {
        "rooms": {answer.room for answer in visit.answers},
        "guests": {answer.guest for answer in visit.answers},
        "first messages": {answer.message for answer in visit.answers if answer.message},
    }
    faults = [f"{visit.name} has {len(ids)} {what}" for what, ids in named.items() if len(ids) != 1]
    said = [message for room in named["rooms"] for message in logs.get(room, ()) if message.body == visit.body]
    if [(message.id, message.seq, message.sender) for message in said] != [
        (message_id, 1, visit.name) for message_id in named["first messages"]
    ]:
        faults.append(f"{visit.name}: its first message is not what opens the room, once")
    return faults


def _of_entry(visit: Visit, reception: Reception) -> list[str]:
    """An acknowledged conversation is in the inbox once, and the owner has heard of it."""
    faults = []
    entries = [entry for entry in reception.inbox if entry.visitor == visit.name]
    if len(entries) != 1:
        faults.append(f"{visit.name} is {len(entries)} times in the inbox")
    for room, guest in {(answer.room, answer.guest) for answer in visit.answers}:
        if not any((entry.room, entry.guest) == (room, guest) for entry in entries):
            faults.append(f"{visit.name}: the inbox does not have {room} of {guest}")
        if room not in reception.heard:
            faults.append(f"{visit.name}: the owner has never heard of {room}")
    return faults


def _of_inbox(inbox: Iterable[Listed]) -> list[str]:
    """No room is listed twice, and no visitor has two open conversations."""
    inbox = list(inbox)
    rooms = Counter(entry.room for entry in inbox)
    guests = Counter(entry.guest for entry in inbox if entry.is_open)
    return [
        *(f"{room} is {times} times in the inbox" for room, times in rooms.items() if times > 1),
        *(f"{guest} has {times} open conversations" for guest, times in guests.items() if times > 1),
    ]
