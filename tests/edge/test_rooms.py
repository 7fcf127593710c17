"""Rooms against a model: whatever happens between the log and a connection, it sees revisions rising, once, and all."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge import frames
from edge.frames import Person
from edge.head import Head
from edge.rooms import Room
from parlance.message.v1 import message_pb2
from tests.edge.logs import Log
from tests.edge.stage import Peer, a_peer

SENDERS = ("ann", "bob", "cid")
NAMED = st.none() | st.just(set(SENDERS)) | st.sets(st.sampled_from(SENDERS))
PEOPLE = {sender: Person(sender, sender) for sender in SENDERS}


def opened(log: Log) -> Room:
    """A room that follows a log from where it stands."""
    room = Room(log.room_id)
    room.start(Head.of(log.head()))
    room.accept(room.feed.start(len(log)))
    return room


def hear(room: Room, log: Log, first: int, last: int | None = None) -> None:
    room.accept(room.feed.receive(log.batch(first, last or first), last or first))
    room.deliver(PEOPLE.get)


def entered(room: Room, covered: int) -> Peer:
    peer = a_peer()
    room.hold(peer.connection)
    room.release(peer.connection, covered)
    return peer


def test_who_is_held_receives_everything_above_what_its_reply_covered_when_it_is_released() -> None:
    log = Log("r")
    room, peer = opened(log), a_peer()
    room.hold(peer.connection)
    for revision in (1, 2, 3):
        log.write()
        hear(room, log, revision)
    assert peer.frames == []
    room.release(peer.connection, 2)
    assert peer.revisions() == [3]


def test_who_was_told_more_than_was_delivered_stays_apart_until_that_has_passed() -> None:
    log = Log("r")
    room = opened(log)
    for _ in range(4):
        log.write()
    ahead, behind = entered(room, 3), entered(room, 0)
    hear(room, log, 1, 4)
    assert ahead.revisions() == [4]
    assert behind.revisions() == [1, 2, 3, 4]


def test_who_leaves_while_it_is_held_is_not_brought_back_by_its_release() -> None:
    log = Log("r")
    room, peer = opened(log), a_peer()
    room.hold(peer.connection)
    room.remove(peer.connection)
    room.release(peer.connection, 0)
    assert not len(room)
    log.write()
    hear(room, log, 1)
    assert peer.frames == []


def test_who_is_held_again_has_seen_what_was_delivered_and_goes_on_from_there() -> None:
    log = Log("r")
    room = opened(log)
    peer = entered(room, 0)
    assert room.hold(a_peer().connection) is None
    log.write()
    hear(room, log, 1)
    seen = room.hold(peer.connection)
    assert seen == 1
    log.write()
    hear(room, log, 2)
    room.release(peer.connection, seen)
    assert peer.revisions() == [1, 2]


def test_a_message_without_a_name_holds_back_only_what_follows_it() -> None:
    log = Log("r")
    room = opened(log)
    peer = entered(room, 0)
    for sender in ("ann", "bob", "ann"):
        log.write(sender)
    room.accept(room.feed.receive(log.batch(1, 3), 3))
    assert room.deliver({"ann": PEOPLE["ann"]}.get) == {"ann", "bob"}
    assert peer.revisions() == [1]
    assert room.head.revision == 1
    room.deliver(PEOPLE.get)
    assert peer.revisions() == [1, 2, 3]


def test_the_head_shows_the_last_message_as_it_stands() -> None:
    log = Log("r")
    room = opened(log)
    log.write(message_id="a")
    log.write(message_id="b")
    log.change("a")
    log.change("b")
    hear(room, log, 1, 4)
    assert (room.head.seq, room.head.revision) == (2, 4)
    assert room.head.last_message == log.at()["b"]


def test_a_connection_that_breaks_in_the_middle_of_a_broadcast_takes_nobody_with_it() -> None:
    log = Log("r")
    room = opened(log)
    peers = [entered(room, 0) for _ in range(3)]
    peers[0].wire.lost = True
    log.write()
    hear(room, log, 1)
    assert [peer.revisions() for peer in peers] == [[], [1], [1]]


def test_a_broadcast_leaves_out_the_connections_of_one_user() -> None:
    room = opened(Log("r"))
    ann, bob = entered(room, 0), entered(room, 0)
    ann.connection.user_id = "ann"
    room.broadcast(frames.encode(frames.RoomDeleted(room="r")), but="ann")
    assert (ann.frames, len(bob.frames)) == ([], 1)


@dataclass
class Member:
    """A connection, and what its client knows."""

    peer: Peer
    held_at: int | None
    """While its reply is being read: the revision from which on it waits. None when it has been released."""
    told: int = 0
    """The revision up to which it knows everything, by what it was answered or has seen."""
    known: dict[str, int] = field(default_factory=dict)
    """What it takes each message's revision to be."""
    frames_seen: int = 0

    def look(self) -> None:
        """Take in what has come; nothing may be out of order, known or told already."""
        for frame in self.peer.frames[self.frames_seen :]:
            assert self.held_at is None, "an event while it was held"
            assert frame["revision"] > self.told
            self.told = self.known[frame["message"]["id"]] = frame["revision"]
        self.frames_seen = len(self.peer.frames)


class Rooms(RuleBasedStateMachine):
    """A log, a publisher that loses, doubles and mixes up batches, a filler that is late, and members who come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log("r")
        self.room = Room("r")
        self.members: list[Member] = []
        self.page: message_pb2.ListChangesResponse | None = None

    @initialize(before=st.lists(st.sampled_from(SENDERS), max_size=3))
    def begin(self, before: list[str]) -> None:
        for sender in before:
            self.log.write(sender)

    @rule(sender=st.sampled_from(SENDERS), named=NAMED)
    def write(self, sender: str, named: set[str] | None) -> None:
        self.log.write(sender)
        self._ring(named)

    @precondition(lambda self: len(self.log) > 0)
    @rule(data=st.data(), named=NAMED)
    def change(self, data: st.DataObject, named: set[str] | None) -> None:
        self.log.change(data.draw(st.sampled_from(sorted(self.log.at())), label="message"))
        self._ring(named)

    @precondition(lambda self: self.room.feed.revision < 0)
    @rule()
    def open(self) -> None:
        self.room.start(Head.of(self.log.head()))
        self.room.accept(self.room.feed.start(len(self.log)))
        for member in self.members:
            member.held_at = len(self.log)

    @precondition(lambda self: len(self.log) > 0)
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        """Any batch, as often as it likes, in any order, or never."""
        next_one = min(len(self.log), max(1, self.room.feed.revision + 1))
        around = st.integers(max(1, next_one - 2), min(len(self.log), next_one + 2))
        first = data.draw(st.just(next_one) | around, label="first")
        last = data.draw(st.integers(first, len(self.log)), label="last")
        self.room.accept(self.room.feed.receive(self.log.batch(first, last), last))

    @rule(data=st.data())
    def hear_of_the_head(self, data: st.DataObject) -> None:
        self.room.feed.receive((), data.draw(st.integers(0, len(self.log)), label="head"))

    @precondition(lambda self: self.page is None and self.room.feed.behind)
    @rule(limit=st.integers(1, 5))
    def ask(self, limit: int) -> None:
        """The answer stands from now on, and arrives later."""
        self.page = self.log.changes(self.room.feed.revision, limit)

    @precondition(lambda self: self.page is not None)
    @rule()
    def fill(self) -> None:
        assert self.page is not None
        self.room.accept(self.room.feed.fill(self.page.messages, self.page.revision))
        self.page = None

    @precondition(lambda self: self.room.feed.revision >= 0)
    @rule(named=NAMED)
    def deliver(self, named: set[str] | None) -> None:
        """Names may be late."""
        self.room.deliver({sender: PEOPLE[sender] for sender in named or ()}.get)

    @rule()
    def join(self) -> None:
        self.members.append(Member(a_peer(), held_at=self.room.head.revision))
        assert self.room.hold(self.members[-1].peer.connection) is None

    @precondition(lambda self: self.room.feed.revision >= 0 and any(m.held_at is not None for m in self.members))
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Its reply was read after it was held, and covers what was there then."""
        member = data.draw(st.sampled_from([m for m in self.members if m.held_at is not None]), label="member")
        assert member.held_at is not None
        least = max(member.held_at, member.told)
        most = max(least, len(self.log))
        self._release(member, data.draw(st.just(most) | st.integers(least, most), label="covered"))

    @precondition(lambda self: any(m.held_at is None for m in self.members))
    @rule(data=st.data(), fails=st.booleans())
    def join_again(self, data: st.DataObject, fails: bool) -> None:
        """Held once more; should its reply not come, it goes on as before."""
        member = data.draw(st.sampled_from([m for m in self.members if m.held_at is None]), label="member")
        seen = self.room.hold(member.peer.connection)
        assert seen is not None
        if fails:
            self.room.release(member.peer.connection, seen)
        else:
            member.held_at = seen

    @precondition(lambda self: len(self.members) > 0)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        member = data.draw(st.sampled_from(self.members), label="member")
        self.members.remove(member)
        self.room.remove(member.peer.connection)

    @invariant()
    def everybody_sees_rising_revisions(self) -> None:
        for member in self.members:
            member.look()

    @invariant()
    def the_room_holds_whom_it_should(self) -> None:
        assert len(self.room) == len(self.members)

    @invariant()
    def what_is_kept_is_gapless_and_as_the_log_stood_when_it_was_delivered(self) -> None:
        head = self.room.head.revision
        stood = self.log.at(head)
        for revision in range(len(self.log) + 2):
            recent = self.room.recent.since(revision)
            if recent is not None:
                assert [message.revision for message in recent] == list(range(revision + 1, head + 1))
                assert all(message == stood[message.id] for message in recent)

    def teardown(self) -> None:
        """In the end the gap is filled, and everybody knows everything."""
        if self.room.feed.revision < 0:
            self.open()
        for member in self.members:
            if member.held_at is not None:
                self._release(member, max(member.held_at, member.told))
        self.room.feed.receive((), len(self.log))
        while self.room.feed.behind:
            page = self.log.changes(self.room.feed.revision, 3)
            self.room.accept(self.room.feed.fill(page.messages, page.revision))
        self.room.deliver(PEOPLE.get)
        stand = {message.id: message.revision for message in self.log.at().values()}
        for member in self.members:
            member.look()
            assert member.known == stand
            self.room.remove(member.peer.connection)
        assert self.room.head.revision == len(self.log)
        assert not len(self.room)

    def _ring(self, named: set[str] | None) -> None:
        """As it goes when nothing is amiss; unheard without names."""
        if named is None:
            return
        self.room.accept(self.room.feed.receive(self.log.batch(len(self.log), len(self.log)), len(self.log)))
        if self.room.feed.revision >= 0:
            self.deliver(named)

    def _release(self, member: Member, covered: int) -> None:
        member.known = {message.id: message.revision for message in self.log.at(covered).values()}
        member.told, member.held_at = covered, None
        self.room.release(member.peer.connection, covered)


TestRooms = Rooms.TestCase
TestRooms.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
