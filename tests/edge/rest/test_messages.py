from uuid import UUID, uuid4

import pytest

from mesh import status
from mesh.errors import Forbidden
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

HELLO = message_pb2.Message(id="m", seq=3, revision=4, sender_id="ada", body="hello")
MESSAGES = "/api/rooms/den/messages"


@pytest.fixture(autouse=True)
def membership(services: StandIns) -> None:
    services.answers["CheckMembership"] = room_pb2.CheckMembershipResponse(roles=[room_pb2.MEMBER_ROLE_MEMBER])


@pytest.mark.parametrize("role", [room_pb2.MEMBER_ROLE_UNSPECIFIED, room_pb2.MEMBER_ROLE_BANNED])
@pytest.mark.parametrize("path", [MESSAGES, f"{MESSAGES}?after=1", "/api/search?q=hello&room=den"])
async def test_only_members_read(path: str, role: room_pb2.MemberRole.ValueType, api: Api, services: StandIns) -> None:
    services.answers["CheckMembership"] = room_pb2.CheckMembershipResponse(roles=[role])
    assert await api.reason("GET", path, user="ada") == (403, "NOT_A_MEMBER")


async def test_the_newest_messages_come_with_the_revision_to_go_on_from(api: Api, services: StandIns) -> None:
    services.answers["ListMessages"] = message_pb2.ListMessagesResponse(messages=[HELLO], revision=4)
    page = await (await api("GET", MESSAGES, user="ada")).json()
    assert page["revision"] == 4
    assert page["messages"][0]["sender"] == {"id": "ada", "name": "Ada", "guest": False}


async def test_older_messages_come_without_a_revision(api: Api, services: StandIns) -> None:
    services.answers["ListMessages"] = message_pb2.ListMessagesResponse(messages=[HELLO])
    page = await (await api("GET", f"{MESSAGES}?before=9&limit=10", user="ada")).json()
    assert page.keys() == {"messages"}
    expected = message_pb2.ListMessagesRequest(room_id="den", before_seq=9, page_size=10)
    assert services.asked("ListMessages") == [expected]


async def test_changes_say_whether_there_are_more(api: Api, services: StandIns) -> None:
    services.answers["ListChanges"] = message_pb2.ListChangesResponse(messages=[HELLO], revision=4, more=True)
    page = await (await api("GET", f"{MESSAGES}?after=0&limit=1", user="ada")).json()
    assert (page["revision"], page["more"]) == (4, True)


async def test_paging_back_and_catching_up_exclude_each_other(api: Api) -> None:
    assert await api.reason("GET", f"{MESSAGES}?after=1&before=2", user="ada") == (400, "BAD_INPUT")


async def test_a_message_is_answered_as_it_is_stored(api: Api, services: StandIns) -> None:
    services.answers["SendMessages"] = message_pb2.SendMessagesResponse(results=[message_pb2.SendResult(message=HELLO)])
    response = await api("POST", MESSAGES, {"body": "hello"}, user="ada")
    assert response.status == 201
    assert (await response.json())["seq"] == 3
    (asked,) = services.asked("SendMessages")
    assert (asked.messages[0].sender_id, asked.messages[0].room_id) == ("ada", "den")
    assert UUID(asked.messages[0].message_id)


async def test_a_message_keeps_the_id_that_its_sender_made(api: Api, services: StandIns) -> None:
    services.answers["SendMessages"] = message_pb2.SendMessagesResponse(results=[message_pb2.SendResult(message=HELLO)])
    message_id, reply_to = str(uuid4()), str(uuid4())
    body = {"body": "hello", "message_id": message_id, "reply_to": reply_to}
    await api("POST", MESSAGES, body, user="ada")
    sent = services.asked("SendMessages")[0].messages[0]
    assert (sent.message_id, sent.reply_to) == (message_id, reply_to)


async def test_what_befell_one_message_of_a_batch_is_its_answer(api: Api, services: StandIns) -> None:
    refusal = status.to_proto(Forbidden("You are not a member of this room.", reason="NOT_A_MEMBER"))
    services.answers["SendMessages"] = message_pb2.SendMessagesResponse(results=[message_pb2.SendResult(error=refusal)])
    assert await api.reason("POST", MESSAGES, {"body": "hello"}, user="ada") == (403, "NOT_A_MEMBER")


@pytest.mark.parametrize("body", ["a" * 4001, None, 5])
async def test_a_body_that_is_no_message_is_refused(body: object, api: Api) -> None:
    response = await api("POST", MESSAGES, {"body": body}, user="ada")
    assert response.status == 400
    assert (await response.json())["field"] == "body"


async def test_a_visitor_writes_only_so_much_a_minute(api: Api, services: StandIns) -> None:
    services.add_user("vera", is_guest=True, guest_room_id="den")
    services.answers["SendMessages"] = message_pb2.SendMessagesResponse(results=[message_pb2.SendResult(message=HELLO)])
    for _ in range(3):
        assert (await api("POST", MESSAGES, {"body": "hello"}, user="vera")).status == 201
    assert await api.reason("POST", MESSAGES, {"body": "hello"}, user="vera") == (429, "TOO_MANY_MESSAGES")
    assert (await api("POST", MESSAGES, {"body": "hello"}, user="ada")).status == 201
