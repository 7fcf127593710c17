import csv
import io

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import Forbidden
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import business_pb2
from parlance.room.v1 import conversation_pb2 as pb
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns


def conversation(room_id: str = "chat", **visitor: str) -> pb.Conversation:
    return pb.Conversation(
        room_id=room_id,
        business_id="acme",
        guest_id="vera",
        visitor=pb.Visitor(name="Vera", answers={"order": "A-17", "old": "=1+1"}, **visitor),
        status=pb.CONVERSATION_STATUS_OPEN,
        priority=pb.CONVERSATION_PRIORITY_HIGH,
        assignee_id="alan",
        read_seq=1,
    )


@pytest.fixture(autouse=True)
def heads(services: StandIns) -> None:
    services.add_user("alan")
    last = message_pb2.Message(id="m", seq=3, sender_id="alan", body="Hello")
    services.answers["GetHeads"] = lambda request: message_pb2.GetHeadsResponse(
        heads=[message_pb2.Head(room_id=room_id, seq=3, last_message=last) for room_id in request.room_ids]
    )


async def test_a_view_of_the_inbox_comes_with_names_and_last_messages(api: Api, services: StandIns) -> None:
    services.answers["ListConversations"] = pb.ListConversationsResponse(
        conversations=[conversation()], next_page_token="more"
    )
    path = "/api/businesses/acme/conversations?status=open&assignee=me&prefix=ve&limit=10&page_token=t"
    page = await (await api("GET", path, user="ada")).json()
    (listed,) = page["conversations"]
    assert (listed["assignee"]["name"], listed["unread"], listed["last_message"]["body"]) == ("Alan", 2, "Hello")
    assert (listed["status"], listed["priority"], page["next"]) == ("open", "high", "more")
    expected = pb.ListConversationsRequest(
        business_id="acme",
        actor_id="ada",
        status=pb.CONVERSATION_STATUS_OPEN,
        assignee_id="ada",
        prefix="ve",
        page_size=10,
        page_token="t",
    )
    assert services.asked("ListConversations") == [expected]


@pytest.mark.parametrize(("assignee", "asked"), [("none", ("", True)), ("alan", ("alan", False)), ("", ("", False))])
async def test_the_inbox_is_asked_for_by_who_handles_it(
    api: Api, services: StandIns, assignee: str, asked: tuple[str, bool]
) -> None:
    services.answers["ListConversations"] = pb.ListConversationsResponse()
    await api("GET", f"/api/businesses/acme/conversations?assignee={assignee}", user="ada")
    (request,) = services.asked("ListConversations")
    assert (request.assignee_id, request.unassigned) == asked


async def test_the_views_are_counted(api: Api, services: StandIns) -> None:
    services.answers["CountConversations"] = pb.CountConversationsResponse(open=5, mine=2, unassigned=1)
    counts = await (await api("GET", "/api/businesses/acme/conversations/counts", user="ada")).json()
    assert counts == {"open": 5, "mine": 2, "unassigned": 1, "pending": 0, "snoozed": 0, "resolved": 0}


async def test_a_conversation_comes_with_the_visitors_earlier_ones(api: Api, services: StandIns) -> None:
    services.answers["GetConversation"] = pb.GetConversationResponse(
        conversation=conversation(), earlier=[conversation("before")]
    )
    details = await (await api("GET", "/api/conversations/chat", user="ada")).json()
    assert (details["conversation"]["room"], [each["room"] for each in details["earlier"]]) == ("chat", ["before"])


async def test_a_conversation_comes_with_what_was_done_to_it(api: Api, services: StandIns) -> None:
    changes = [
        ("", pb.ConversationChanges(status=pb.CONVERSATION_STATUS_OPEN)),
        ("alan", pb.ConversationChanges(assignee_id="", tags=pb.TagList())),
        ("alan", pb.ConversationChanges(assignee_id="alan", priority=pb.CONVERSATION_PRIORITY_URGENT, blocked=False)),
    ]
    history = [pb.HistoryEntry(at=Timestamp(seconds=9), actor_id=who, changes=what) for who, what in changes]
    services.answers["GetConversation"] = pb.GetConversationResponse(conversation=conversation(), history=history)
    details = await (await api("GET", "/api/conversations/chat", user="ada")).json()
    at, alan = "1970-01-01T00:00:09Z", {"id": "alan", "name": "Alan", "guest": False}
    assert details["history"] == [
        {"at": at, "by": None, "status": "open"},
        {"at": at, "by": alan, "assignee": None, "tags": []},
        {"at": at, "by": alan, "assignee": alan, "priority": "urgent", "blocked": False},
    ]


async def test_exactly_what_is_named_is_changed(api: Api, services: StandIns) -> None:
    services.answers["UpdateConversation"] = pb.UpdateConversationResponse(conversation=conversation())
    changes = {"status": "snoozed", "snoozed_until": "2030-01-01T00:00:00Z", "assignee": None, "tags": []}
    assert (await api("PATCH", "/api/conversations/chat", changes, user="ada")).status == 200
    await api("PATCH", "/api/conversations/chat", {"blocked": False, "priority": "low"}, user="ada")
    first, second = [request.changes for request in services.asked("UpdateConversation")]
    assert (first.status, first.assignee_id, list(first.tags.tags)) == (pb.CONVERSATION_STATUS_SNOOZED, "", [])
    assert first.HasField("assignee_id")
    assert first.HasField("tags")
    assert first.snoozed_until.seconds == 1_893_456_000
    assert not first.HasField("priority")
    assert second == pb.ConversationChanges(blocked=False, priority=pb.CONVERSATION_PRIORITY_LOW)


async def test_a_visitor_is_erased_with_its_account(api: Api, services: StandIns) -> None:
    services.answers["EraseConversation"] = pb.EraseConversationResponse(guest_ids=["vera", "before"])
    services.answers["DeleteUser"] = auth_pb2.DeleteUserResponse()
    assert (await api("DELETE", "/api/conversations/chat", user="ada")).status == 204
    assert [request.user_id for request in services.asked("DeleteUser")] == ["vera", "before"]
    assert [request.guests_are_gone for request in services.asked("EraseConversation")] == [False, True]


async def test_leads_are_listed_the_newest_first(api: Api, services: StandIns) -> None:
    services.answers["ListConversations"] = pb.ListConversationsResponse(conversations=[conversation()])
    page = await (await api("GET", "/api/businesses/acme/leads?prefix=v", user="ada")).json()
    assert page["leads"][0]["visitor"]["name"] == "Vera"
    (request,) = services.asked("ListConversations")
    assert (request.order, request.for_export) == (pb.CONVERSATION_ORDER_CREATED, False)


async def test_all_leads_are_exported_and_no_cell_is_a_formula(api: Api, services: StandIns) -> None:
    field = business_pb2.FormField(key="order")
    services.answers["GetBusiness"] = business_pb2.GetBusinessResponse(
        business=business_pb2.Business(form=business_pb2.ChatForm(fields=[business_pb2.FormField(key="name"), field]))
    )
    evil = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx")
    pages = [
        pb.ListConversationsResponse(
            conversations=[conversation(email=text, page='say "hi", twice\n') for text in evil], next_page_token="2"
        ),
        pb.ListConversationsResponse(conversations=[conversation(email="vera@example.org")]),
    ]
    services.answers["ListConversations"] = lambda _request: pages.pop(0)
    response = await api("GET", "/api/businesses/acme/leads.csv", user="ada")
    assert response.content_type == "text/csv"
    assert "leads.csv" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(await response.text(), newline="")))
    assert [row["email"] for row in rows] == [*(f"'{text}" for text in evil), "vera@example.org"]
    assert (rows[0]["order"], rows[0]["other_answers"]) == ("A-17", '{"old": "=1+1"}')
    assert rows[0]["page"] == 'say "hi", twice\n'
    assert [request.page_token for request in services.asked("ListConversations")] == ["", "2"]


async def test_an_export_that_is_refused_is_no_file(api: Api, services: StandIns) -> None:
    services.answers["GetBusiness"] = business_pb2.GetBusinessResponse()
    services.answers["ListConversations"] = Forbidden("", reason="NOT_A_MANAGER")
    assert await api.reason("GET", "/api/businesses/acme/leads.csv", user="alan") == (403, "NOT_A_MANAGER")
