import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import NotFound
from parlance.auth.v1 import auth_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns


@pytest.fixture(autouse=True)
def ada(services: StandIns) -> None:
    services.add_user("ada")


async def test_the_sessions_are_listed_and_one_s_own_is_marked(api: Api, services: StandIns) -> None:
    moment = Timestamp(seconds=1_700_000_000)
    services.answers["ListSessions"] = auth_pb2.ListSessionsResponse(
        sessions=[
            auth_pb2.ListedSession(session_id=name, device="A browser", created_at=moment, used_at=moment)
            for name in ("session-of-ada", "another")
        ]
    )
    response = await api("GET", "/api/auth/sessions", user="ada")
    sessions = (await response.json())["sessions"]
    assert [(session["id"], session["device"]) for session in sessions] == [
        ("session-of-ada", "A browser"),
        ("another", "A browser"),
    ]
    assert sessions[0]["used_at"] == "2023-11-14T22:13:20Z"
    (asked,) = services.asked("ListSessions")
    assert asked.user_id == "ada"


async def test_a_session_is_ended_in_the_name_of_whoever_asks(api: Api, services: StandIns) -> None:
    services.answers["EndSession"] = auth_pb2.EndSessionResponse()
    assert (await api("DELETE", "/api/auth/sessions/another", user="ada")).status == 204
    assert services.asked("EndSession") == [auth_pb2.EndSessionRequest(user_id="ada", session_id="another")]


async def test_a_session_that_is_not_there_is_told(api: Api, services: StandIns) -> None:
    services.answers["EndSession"] = NotFound("You have no such session.", reason="NO_SUCH_SESSION")
    assert await api.reason("DELETE", "/api/auth/sessions/another", user="ada") == (404, "NO_SUCH_SESSION")


async def test_a_login_says_what_it_comes_from(api: Api, services: StandIns) -> None:
    services.answers["Login"] = lambda _: auth_pb2.LoginResponse(session=services.session("ada"))
    body = {"username": "ada", "password": "correct horse"}
    await api("POST", "/api/auth/login", body, headers={"User-Agent": "A browser"})
    assert services.asked("Login")[0].device == "A browser"
