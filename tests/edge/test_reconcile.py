import pytest

from edge import reconcile
from edge.reconcile import REPAIRS
from mesh.errors import Forbidden, NotFound
from parlance.room.v1 import room_pb2
from tests.edge.stage import Services, Stage
from tests.patience import until


def repairs(what: str) -> float:
    return float(REPAIRS.labels(what)._value.get())


async def test_what_was_published_to_nobody_is_fetched(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_BATCH", 2)
    rooms = [f"r{number}" for number in range(5)]
    for room_id in rooms:
        services.add_room(room_id, "ann")
    peer = await stage.log_in("ann")
    asked, found = len(services.asked("GetHeads")), repairs("head")
    for room_id in rooms[1:]:
        services.logs[room_id].write()
    await stage.reconciler.heads()
    await until(lambda: len(peer.revisions()) == 4)
    assert {frame["room"] for frame in peer.of("message")} == set(rooms[1:])
    assert repairs("head") == found + 4
    assert [len(request.room_ids) for request in services.asked("GetHeads")[asked:]] == [2, 2, 1]


async def test_nothing_is_amiss_when_nothing_is(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann").write()
    peer = await stage.log_in("ann")
    await stage.reconciler.everything()
    assert [frame["type"] for frame in peer.frames] == ["welcome"]
    assert not services.asked("ListChanges")


async def test_a_member_that_nobody_told_of_is_let_in_and_one_that_is_none_is_put_out(
    stage: Stage, services: Services
) -> None:
    services.add_room("lost", "ann", "bob")
    ann, bob = await stage.log_in("ann"), await stage.log_in("bob")
    services.add_room("new", "ann")
    services.members["lost"].remove("ann")
    await stage.reconciler.memberships()
    assert list(ann.connection.rooms) == ["new"]
    assert sorted(frame["type"] for frame in ann.frames[1:]) == ["member_left", "room_created"]
    assert [frame["type"] for frame in bob.frames] == ["welcome"]
    await stage.reconciler.memberships()
    assert len(ann.frames) == 3


async def test_one_connection_that_is_not_in_a_room_is_let_in_beside_one_that_is(
    stage: Stage, services: Services
) -> None:
    first = await stage.log_in("ann")
    services.add_room("r", "ann")
    second = await stage.log_in("ann")
    await stage.reconciler.memberships()
    stage.write("r")
    assert (first.revisions(), second.revisions()) == ([1], [1])
    assert (len(first.of("room_created")), len(second.of("room_created"))) == (1, 0)


async def test_only_the_connections_that_were_in_the_room_are_told_to_leave_it(
    stage: Stage, services: Services
) -> None:
    services.add_room("r", "ann")
    inside = await stage.log_in("ann")
    services.members["r"].clear()
    outside = await stage.log_in("ann")
    await stage.reconciler.memberships()
    assert (len(inside.of("member_left")), len(outside.of("member_left"))) == (1, 0)
    assert not stage.hub.rooms


async def test_a_room_that_is_merely_not_listed_is_not_left(stage: Stage, services: Services) -> None:
    services.add_room("quiet", "ann")
    peer = await stage.log_in("ann")
    services.answers["ListMemberships"] = room_pb2.ListMembershipsResponse()
    await stage.reconciler.memberships()
    assert list(peer.connection.rooms) == ["quiet"]


async def test_a_banned_member_is_put_out(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    services.answers["ListMemberships"] = room_pb2.ListMembershipsResponse()
    services.answers["CheckMembership"] = room_pb2.CheckMembershipResponse(roles=[room_pb2.MEMBER_ROLE_BANNED])
    await stage.reconciler.memberships()
    assert not peer.connection.rooms
    assert peer.of("member_left")[0]["removed"]


async def test_a_session_that_has_ended_is_closed_and_no_other(stage: Stage, services: Services) -> None:
    ann, bob = await stage.log_in("ann"), await stage.log_in("bob")
    services.ended.add("session-ann")
    await stage.reconciler.sessions()
    assert ann.frames[-1] == {"type": "close", "code": 4403, "reason": "SESSION_ENDED"}
    assert not bob.connection.closing
    stage.end(ann)


async def test_a_room_that_cannot_be_entered_keeps_nothing_else_from_being_compared(
    stage: Stage, services: Services
) -> None:
    ann, bob = await stage.log_in("ann"), await stage.log_in("bob")
    services.add_room("good", "bob")
    services.add_room("bad", "ann", "bob")
    found = services.answers["GetRoom"]
    assert callable(found)

    def get_room(request: room_pb2.GetRoomRequest) -> room_pb2.GetRoomResponse:
        if request.room == "bad":
            raise NotFound("No such room.")
        response = found(request)
        assert isinstance(response, room_pb2.GetRoomResponse)
        return response

    services.answers["GetRoom"] = get_room
    services.ended.add("session-ann")
    await stage.reconciler.everything()
    assert list(bob.connection.rooms) == ["good"]
    assert ann.connection.closing
    stage.end(ann)


async def test_when_a_replica_is_lost_the_logs_are_asked_at_once_and_once_more(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_AGAIN_SECONDS", 0.05)
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    asked = len(services.asked("GetHeads"))
    stage.reconciler.message_service_broke()
    await until(lambda: len(services.asked("GetHeads")) > asked)
    services.logs["r"].write()  # stored by a replica that died before it could tell
    await until(lambda: peer.revisions() == [1])
    await stage.reconciler.close()


async def test_when_a_service_is_lost_what_it_announces_is_compared(stage: Stage, services: Services) -> None:
    ann, bob = await stage.log_in("ann"), await stage.log_in("bob")
    services.add_room("r", "ann")  # and room_service died before it could tell
    stage.reconciler.room_service_broke()
    await until(lambda: ann.of("room_created"))
    services.ended.add("session-bob")
    stage.reconciler.auth_service_broke()
    await until(lambda: bob.connection.closing)
    await stage.reconciler.close()
    stage.end(bob)


async def test_what_cannot_be_compared_keeps_nothing_else_from_it(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    services.answers["GetHeads"] = services.answers["ListMemberships"] = Forbidden("It has other certificates.")
    services.ended.add("session-ann")
    await stage.reconciler.everything()
    assert peer.connection.closing
    stage.end(peer)


async def test_while_redis_cannot_be_heard_the_logs_are_asked(
    stage: Stage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "DEAF_SECONDS", 0.01)
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    await stage.reconciler.open()
    stage.subscriber.deaf = True
    services.logs["r"].write()
    await until(lambda: peer.revisions() == [1])
    stage.subscriber.deaf = False
    await stage.reconciler.close()


async def test_when_redis_is_back_everything_is_compared(stage: Stage, services: Services) -> None:
    services.add_room("r", "ann")
    peer = await stage.log_in("ann")
    services.logs["r"].write()
    services.ended.add("session-ann")
    stage.reconciler.broker_is_back()
    await until(lambda: peer.connection.closing)
    await stage.reconciler.close()
    stage.end(peer)
