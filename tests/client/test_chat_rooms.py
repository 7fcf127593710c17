from datetime import UTC, datetime

from cli.chat.rooms import KEPT_MESSAGES, Room, Rooms
from client import Message, Person, RoomSummary

ADA, BOB = Person("ada", "Ada"), Person("bob", "Bob")


def message(seq: int, revision: int | None = None, body: str = "") -> Message:
    return Message(f"m{seq}", seq, revision or seq, BOB, "text", body, datetime(2026, 3, 2, tzinfo=UTC))


def summary(room: str, name: str = "", seq: int = 0, read_seq: int = 0) -> RoomSummary:
    return RoomSummary(
        room, name, "direct" if not name else "public", seq, seq, read_seq, seq - read_seq, people=[ADA, BOB]
    )


def test_a_page_takes_the_place_of_what_was_known_but_not_of_what_came_since() -> None:
    room = Room("hall", "hall")
    for known in (message(3), message(5), message(9, 30)):
        room.take_in(known)
    room.load([message(7), message(8)], revision=20)
    assert [kept.seq for kept in room.last(10)] == [7, 8, 9]


def test_a_change_of_a_message_before_the_page_is_left_out() -> None:
    room = Room("hall", "hall")
    room.load([message(7), message(8)], revision=8)
    assert not room.take_in(message(6, 9))
    assert room.take_in(message(7, 10, "changed"))
    assert [kept.body for kept in room.last(10)] == ["changed", ""]


def test_changes_of_an_empty_room_may_come_in_any_order() -> None:
    room = Room("hall", "hall")
    room.load([], revision=0)
    assert room.take_in(message(2, 2))
    assert room.take_in(message(1, 3))
    assert [kept.seq for kept in room.last(10)] == [1, 2]


def test_memory_is_bounded() -> None:
    room = Room("hall", "hall")
    for seq in range(1, KEPT_MESSAGES + 11):
        room.take_in(message(seq))
    assert (len(room.messages), room.first_seq) == (KEPT_MESSAGES, 11)


def test_whoever_stops_telling_that_he_writes_is_forgotten() -> None:
    room = Room("hall", "hall", typists={"ada": ("Ada", 10.0), "bob": ("Bob", 12.0)})
    assert room.typing(now=11.0) == ["Bob"]
    room.take_in(message(1))
    assert room.typing(now=11.0) == []


def test_a_direct_room_bears_the_name_of_the_other() -> None:
    rooms = Rooms()
    rooms.learn(summary("r1"), me="ada")
    rooms.learn(summary("r2", "Tea Room", seq=9, read_seq=4), me="ada")
    assert rooms.named("bob") is rooms.get("r1")
    tea = rooms.named("tea room")
    assert tea is rooms.named("r2")
    assert tea
    assert tea.unread == 5


def test_a_room_that_is_forgotten_is_not_open() -> None:
    rooms = Rooms()
    rooms.open = rooms.learn(summary("r1"), me="ada")
    assert rooms.forget("r1")
    assert rooms.open is None
    assert rooms.forget("r1") is None
