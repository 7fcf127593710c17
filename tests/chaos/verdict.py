"""Whether every promise was kept: one function over all that was written down."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.chaos.records import Attendance, Record, State

Logs = Mapping[str, Sequence[State]]
"""By room, all messages as they stand at the end, oldest first."""


def violations(records: Iterable[Record], logs: Logs) -> list[str]:
    """Each broken promise in words; none when all were kept."""
    records = list(records)
    return [
        *(fault for room, log in logs.items() for fault in _of_log(room, log)),
        *(fault for record in records for fault in _of_acknowledgements(record, logs)),
        *(fault for record in records for fault in _of_deliveries(record, logs)),
        *(f"{record.name} was shown: {shown}" for record in records for shown in record.shown),
    ]


def _of_log(room: str, log: Sequence[State]) -> list[str]:
    """A log is dense, and holds each message once, however often it was sent."""
    faults = []
    if [message.seq for message in log] != list(range(1, len(log) + 1)):
        faults.append(f"{room}: the places of its messages are not 1 to {len(log)}")
    faults += [
        f"{room}: {name} is stored {times} times" for name, times in Counter(m.id for m in log).items() if times > 1
    ]
    return faults


def _of_acknowledgements(record: Record, logs: Logs) -> list[str]:
    """What was acknowledged is stored, under its sender's name and in its sender's order."""
    faults = []
    for room, ids in record.acknowledged.items():
        place = {message.id: message.seq for message in logs[room] if message.sender == record.name}
        faults += [f"{record.name}: {one} was acknowledged and is lost" for one in ids if one not in place]
        places = [place[one] for one in ids if one in place]
        if places != sorted(places):
            faults.append(f"{record.name}: messages in {room} are not in the order in which they were written")
    return faults


def _of_deliveries(record: Record, logs: Logs) -> list[str]:
    """A member has seen every change once, in order; nobody has seen anything of other rooms."""
    faults = [f"{record.name} has seen {room}, where it is not" for room in record.rooms.keys() - logs.keys()]
    for room, attendance in record.rooms.items():
        if any(later <= earlier for earlier, later in zip(attendance.seen, attendance.seen[1:], strict=False)):
            faults.append(f"{record.name}: events of {room} are doubled or out of order")
        if room in logs and not attendance.left:
            faults += _of_completeness(record.name, room, attendance, logs[room])
    return faults


def _of_completeness(name: str, room: str, attendance: Attendance, log: Sequence[State]) -> list[str]:
    faults = []
    for message in log:
        known = attendance.known.get(message.id)
        if message.revision <= attendance.since:
            continue
        if known is None:
            faults.append(f"{name} has never seen {message.id} of {room}")
        elif (known.revision, known.body, known.deleted) != (message.revision, message.body, message.deleted):
            faults.append(
                f"{name} knows {message.id} of {room} as of {known.revision}, it stands at {message.revision}"
            )
    strangers = attendance.known.keys() - {message.id for message in log}
    return faults + [f"{name} has seen {one} in {room}, which is not stored" for one in strangers]
