from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns


async def test_a_search_looks_into_ones_own_rooms(api: Api, services: StandIns) -> None:
    services.answers["ListUserRooms"] = room_pb2.ListUserRoomsResponse(
        rooms=[room_pb2.UserRoom(room=room_pb2.Room(id=room_id)) for room_id in ("den", "hall")]
    )
    found = message_pb2.Message(id="m", room_id="hall", sender_id="ada", body="hello")
    services.answers["SearchMessages"] = message_pb2.SearchMessagesResponse(messages=[found], next_page_token="20")
    page = await (await api("GET", "/api/search?q=hello", user="ada")).json()
    assert [(hit["room"], hit["message"]["body"]) for hit in page["hits"]] == [("hall", "hello")]
    assert page["next"] == "20"
    expected = message_pb2.SearchMessagesRequest(query="hello", room_ids=["den", "hall"], page_size=20)
    assert services.asked("SearchMessages") == [expected]


async def test_whoever_is_in_no_room_finds_nothing(api: Api, services: StandIns) -> None:
    services.answers["ListUserRooms"] = room_pb2.ListUserRoomsResponse()
    assert await (await api("GET", "/api/search?q=hello", user="ada")).json() == {"next": None, "hits": []}


async def test_a_search_needs_words(api: Api) -> None:
    assert await api.reason("GET", "/api/search?q=", user="ada") == (400, "BAD_INPUT")
