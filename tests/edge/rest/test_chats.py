import asyncio
import hashlib

import msgspec
import pytest

from mesh.errors import Conflict, Forbidden, NotFound, ParlanceError
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import business_pb2
from parlance.room.v1 import conversation_pb2 as pb
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

PATH = "/api/v1/public/chat/initiate"
ROOM = "01890a5d-ac96-774b-bcce-b302099a8057"
CHAT = {
    "business": "acme",
    "message": "Help!",
    "visitor": {"name": "Vera", "fields": {"order": "A-17"}},
    "page": "https://acme.example/prices",
}
KEY = {"Idempotency-Key": "a-key-that-nobody-guesses"}


@pytest.fixture(autouse=True)
def reception(services: StandIns) -> None:
    """Services that let Vera in."""
    conversation = pb.Conversation(room_id=ROOM, guest_id="vera", visitor=pb.Visitor(name="Vera"))
    services.add_user("vera", display_name="Vera", is_guest=True, guest_room_id=ROOM)
    services.answers |= {
        "InitiateChat": pb.InitiateChatResponse(conversation=conversation, is_new=True),
        "CreateGuest": lambda _request: auth_pb2.CreateGuestResponse(session=services.session("vera")),
        "SendMessages": lambda request: message_pb2.SendMessagesResponse(
            results=[
                message_pb2.SendResult(
                    message=message_pb2.Message(
                        id=new.message_id, room_id=new.room_id, sender_id=new.sender_id, body=new.body, seq=1
                    )
                )
                for new in request.messages
            ]
        ),
    }


async def test_a_visitor_gets_a_token_for_its_room_and_has_said_its_first_word(api: Api, services: StandIns) -> None:
    response = await api("POST", PATH, CHAT)
    assert response.status == 201
    chat = await response.json()
    assert (chat["room"], chat["user"]["guest"]) == (ROOM, True)
    assert chat["access_token"]
    assert chat["refresh_token"]
    assert (chat["message"]["body"], chat["message"]["sender"]["name"]) == ("Help!", "Vera")
    (asked,) = services.asked("InitiateChat")
    assert dict(asked.answers) == {"name": "Vera", "order": "A-17"}
    assert (asked.slug, asked.with_message, asked.guest_id) == ("acme", True, "")
    guest = auth_pb2.CreateGuestRequest(user_id="vera", room_id=ROOM, display_name="Vera")
    assert services.asked("CreateGuest") == [guest]
    assert "Set-Cookie" not in response.headers


async def test_the_same_key_says_the_same_word_with_the_same_id(api: Api, services: StandIns) -> None:
    first, again = [await (await api("POST", PATH, CHAT, headers=KEY)).json() for _ in range(2)]
    assert first["message"]["id"] == again["message"]["id"]
    asked = services.asked("InitiateChat")
    assert {each.idempotency_key for each in asked} == set(KEY.values())
    assert len({each.digest for each in asked}) == 1
    assert len(asked[0].digest) == hashlib.sha256().digest_size
    await api("POST", PATH, CHAT | {"message": "Something else"}, headers=KEY)
    assert services.asked("InitiateChat")[-1].digest != asked[0].digest


async def test_who_returns_shows_its_token_and_need_not_say_anything(api: Api, services: StandIns) -> None:
    services.answers["InitiateChat"].is_new = False
    response = await api("POST", PATH, {"business": "acme"}, user="vera")
    assert response.status == 200
    assert (await response.json())["message"] is None
    (asked,) = services.asked("InitiateChat")
    assert (asked.guest_id, asked.guest_room_id, asked.with_message) == ("vera", ROOM, False)
    assert services.asked("SendMessages") == []


async def test_what_cannot_be_seen_is_no_message(api: Api, services: StandIns) -> None:
    await api("POST", PATH, CHAT | {"message": "\u200b \u2060"})
    assert [asked.with_message for asked in services.asked("InitiateChat")] == [False]
    assert services.asked("SendMessages") == []


async def test_a_key_that_stands_for_another_message_is_refused(api: Api, services: StandIns) -> None:
    services.answers["SendMessages"] = message_pb2.SendMessagesResponse(
        results=[message_pb2.SendResult(message=message_pb2.Message(id="m", sender_id="vera", body="Hello?", seq=2))]
    )
    assert await api.reason("POST", PATH, CHAT, user="vera", headers=KEY) == (409, "IDEMPOTENCY_KEY_REUSED")


async def _raw(api: Api, request: bytes) -> bytes:
    """What the edge answers to bytes that no client of ours would send."""
    host, _, port = api.host.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request.replace(b"HOST", api.host.encode()))
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"Idempotency-Key: a-key-that-nobody-guesses\xff", b"INVALID_IDEMPOTENCY_KEY"),
        (b"Origin: https://\xff.example", b"ORIGIN_NOT_ALLOWED"),
        (b"Authorization: Bearer \xff", b"TOKEN_INVALID"),
    ],
)
async def test_a_header_that_is_no_text_is_refused(api: Api, services: StandIns, header: bytes, reason: bytes) -> None:
    body = msgspec.json.encode(CHAT)
    head = b"POST %b HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nContent-Length: %d\r\n%b\r\n\r\n"
    assert reason in await _raw(api, head % (PATH.encode(), len(body), header) + body)
    assert services.asked("InitiateChat") == []


async def test_an_account_is_no_visitor_and_a_forged_token_is_none(api: Api, services: StandIns) -> None:
    assert await api.reason("POST", PATH, CHAT, user="ada") == (403, "NOT_A_GUEST")
    forged = {"Authorization": "Bearer not.a.token"}
    assert await api.reason("POST", PATH, CHAT, headers=forged) == (401, "TOKEN_INVALID")
    assert services.asked("InitiateChat") == []


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("", reason="BUSINESS_NOT_FOUND"), 404),
        (Forbidden("", reason="VISITOR_BLOCKED"), 403),
        (Conflict("", reason="IDEMPOTENCY_KEY_REUSED"), 409),
    ],
)
async def test_who_is_refused_becomes_no_guest(
    api: Api, services: StandIns, refusal: ParlanceError, status: int
) -> None:
    services.answers["InitiateChat"] = refusal
    assert await api.reason("POST", PATH, CHAT) == (status, refusal.reason)
    assert services.asked("CreateGuest") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"business": "x"},
        {"message": "x" * 4001},
        {"visitor": {"name": 1}},
        {"visitor": {"fields": {str(n): "" for n in range(13)}}},
    ],
)
async def test_bad_input_asks_nobody(api: Api, services: StandIns, wrong: dict[str, object]) -> None:
    assert await api.reason("POST", PATH, CHAT | wrong) == (400, "BAD_INPUT")
    assert services.asked("InitiateChat") == []


async def test_a_foreign_page_is_named_to_the_service_and_ours_is_not(api: Api, services: StandIns) -> None:
    services.answers["CheckOrigin"] = business_pb2.CheckOriginResponse(allowed=True)
    await api("POST", PATH, CHAT, headers={"Origin": "https://acme.example"})
    await api("POST", PATH, CHAT, headers={"Origin": f"http://{api.host}"})
    assert [asked.origin for asked in services.asked("InitiateChat")] == ["https://acme.example", ""]


async def test_so_many_chats_are_opened_from_one_address(api: Api, services: StandIns) -> None:
    for _ in range(3):
        assert (await api("POST", PATH, CHAT)).status == 201
    assert await api.reason("POST", PATH, CHAT) == (429, "TOO_MANY_CHATS")
    assert len(services.asked("InitiateChat")) == 3
