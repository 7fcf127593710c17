from typing import Any

import pytest

from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

DEN = room_pb2.Room(id="den", kind=room_pb2.ROOM_KIND_PUBLIC, name="Den", created_by="ada")
MINE = room_pb2.Membership(room_id="den", user_id="ada", role=room_pb2.MEMBER_ROLE_OWNER)


async def test_a_new_room_comes_with_ones_place_in_it(api: Api, services: StandIns) -> None:
    services.answers["CreateRoom"] = room_pb2.CreateRoomResponse(room=DEN, membership=MINE)
    response = await api("POST", "/api/rooms", {"name": "Den", "kind": "private", "topic": "Cards"}, user="ada")
    assert response.status == 201
    room = await response.json()
    assert (room["id"], room["kind"], room["membership"]["role"]) == ("den", "public", "owner")
    expected = room_pb2.CreateRoomRequest(user_id="ada", kind=room_pb2.ROOM_KIND_PRIVATE, name="Den", topic="Cards")
    assert services.asked("CreateRoom") == [expected]


@pytest.mark.parametrize("kind", ["direct", "support", "", 1])
async def test_only_public_and_private_rooms_are_opened(kind: object, api: Api) -> None:
    assert await api.reason("POST", "/api/rooms", {"name": "Den", "kind": kind}, user="ada") == (400, "BAD_INPUT")


async def test_a_room_that_one_is_not_in_says_so(api: Api, services: StandIns) -> None:
    services.answers["GetRoom"] = room_pb2.GetRoomResponse(room=DEN, member_count=3)
    room = await (await api("GET", "/api/rooms/den", user="ada")).json()
    assert (room["membership"], room["member_count"]) == (None, 3)


async def test_a_list_of_rooms_says_nothing_of_memberships(api: Api, services: StandIns) -> None:
    services.answers["ListPublicRooms"] = room_pb2.ListPublicRoomsResponse(rooms=[DEN])
    page = await (await api("GET", "/api/rooms", user="ada")).json()
    assert page["next"] is None
    assert page["rooms"][0]["name"] == "Den"
    assert "membership" not in page["rooms"][0]


@pytest.mark.parametrize(("role", "by_admin"), [(auth_pb2.ROLE_USER, False), (auth_pb2.ROLE_ADMIN, True)])
async def test_room_service_is_told_when_an_administrator_asks(
    role: auth_pb2.Role.ValueType, by_admin: bool, api: Api, services: StandIns
) -> None:
    services.add_user("ada", role=role)
    services.answers["GetRoom"] = room_pb2.GetRoomResponse(room=DEN)
    services.answers["UpdateRoom"] = room_pb2.UpdateRoomResponse(room=DEN)
    services.answers["DeleteRoom"] = room_pb2.DeleteRoomResponse()
    await api("GET", "/api/rooms/den", user="ada")
    await api("PATCH", "/api/rooms/den", {"topic": ""}, user="ada")
    assert (await api("DELETE", "/api/rooms/den", user="ada")).status == 204
    for rpc in ("GetRoom", "UpdateRoom", "DeleteRoom"):
        assert [request.by_admin for request in services.asked(rpc)] == [by_admin]
    assert not services.asked("UpdateRoom")[0].HasField("name")
    assert services.asked("UpdateRoom")[0].HasField("topic")


@pytest.mark.parametrize("path", ["/api/rooms/direct", "/api/rooms/den/members"])
@pytest.mark.parametrize("body", [{}, {"user_id": "bob", "username": "bob"}])
async def test_whom_to_bring_in_is_said_in_one_way(path: str, body: dict[str, Any], api: Api) -> None:
    assert await api.reason("POST", path, body, user="ada") == (400, "BAD_INPUT")


@pytest.mark.parametrize("path", ["/api/rooms/direct", "/api/rooms/den/members"])
async def test_a_guest_cannot_be_brought_in(path: str, api: Api, services: StandIns) -> None:
    guest = services.add_user("visitor", is_guest=True, guest_room_id="room")
    services.answers["GetUser"] = auth_pb2.GetUserResponse(user=guest)
    assert await api.reason("POST", path, {"user_id": "visitor"}, user="ada") == (403, "IS_GUEST")


async def test_a_direct_room_names_its_people(api: Api, services: StandIns) -> None:
    services.answers["GetUser"] = auth_pb2.GetUserResponse(user=services.add_user("bob"))
    services.answers["OpenDirectRoom"] = room_pb2.OpenDirectRoomResponse(
        room=room_pb2.Room(id="two", kind=room_pb2.ROOM_KIND_DIRECT, direct_user_ids=["ada", "bob"]), membership=MINE
    )
    room = await (await api("POST", "/api/rooms/direct", {"username": "Bob"}, user="ada")).json()
    assert [person["name"] for person in room["people"]] == ["Ada", "Bob"]
    expected = room_pb2.OpenDirectRoomRequest(user_id="ada", other_user_id="bob")
    assert services.asked("OpenDirectRoom") == [expected]


async def test_reading_where_one_is_not_a_member_is_refused(api: Api, services: StandIns) -> None:
    services.answers["CheckMembership"] = room_pb2.CheckMembershipResponse(roles=[room_pb2.MEMBER_ROLE_BANNED])
    assert await api.reason("POST", "/api/rooms/den/read", {"seq": 4}, user="ada") == (403, "NOT_A_MEMBER")


@pytest.fixture
def head(services: StandIns) -> None:
    """Ada is in a room with seven messages."""
    member = room_pb2.CheckMembershipResponse(roles=[room_pb2.MEMBER_ROLE_MEMBER])
    services.answers["CheckMembership"] = member
    services.answers["GetHeads"] = message_pb2.GetHeadsResponse(heads=[message_pb2.Head(room_id="den", seq=7)])


@pytest.mark.usefixtures("head")
async def test_reading_answers_with_the_marker_as_it_stands(api: Api, services: StandIns) -> None:
    services.answers["MarkRead"] = room_pb2.MarkReadResponse(markers=[room_pb2.ReadMarker(seq=9)])
    assert await (await api("POST", "/api/rooms/den/read", {"seq": 4}, user="ada")).json() == {"read_seq": 9}


@pytest.mark.usefixtures("head")
async def test_nobody_has_read_what_nobody_has_written(api: Api, services: StandIns) -> None:
    services.answers["MarkRead"] = room_pb2.MarkReadResponse()
    assert await (await api("POST", "/api/rooms/den/read", {"seq": 400}, user="ada")).json() == {"read_seq": 7}
    (request,) = services.asked("MarkRead")
    assert [marker.seq for marker in request.markers] == [7]
