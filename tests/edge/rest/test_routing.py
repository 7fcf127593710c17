import pytest
from aiohttp import web

from edge import rest
from edge.rest.documents import Document
from edge.rest.routing import MAX_BODY_BYTES, Access, Call, Endpoint, route
from mesh import context
from mesh.errors import Unavailable
from parlance.auth.v1 import auth_pb2
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

PUBLIC = {
    "/api/auth/register",
    "/api/auth/login",
    "/api/auth/refresh",
    "/api/auth/logout",
    "/api/v1/public/businesses/{slug}",
    "/api/v1/public/chat/initiate",
}
NAMES = {
    "room_id": "other",
    "user_id": "visitor",
    "session_id": "s",
    "attachment_id": "a",
    "business_id": "b",
    "conversation_id": "c",
    "key_id": "k",
    "reply_id": "r",
}


def test_every_route_of_the_application_is_declared_with_its_access(app: web.Application) -> None:
    for served in app.router.routes():
        owner = getattr(served.handler, "__self__", None)
        if isinstance(owner, Document):
            continue
        path = served.resource.canonical if served.resource else ""
        assert isinstance(owner, Endpoint), f"{served.method} {path} is not declared"
        assert isinstance(owner.route.access, Access), f"{served.method} {path} does not say who may call it"
        assert (owner.route.method, owner.route.path) == (served.method, path)


def test_every_declared_route_is_served(app: web.Application) -> None:
    served = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    assert {(route.method, route.path) for route in rest.ROUTES} <= served


def test_only_logging_in_and_out_and_what_visitors_use_is_public() -> None:
    assert {route.path for route in rest.ROUTES if route.access is Access.PUBLIC} == PUBLIC


def test_a_route_that_is_open_to_a_rooms_guest_names_the_room() -> None:
    for declared in rest.ROUTES:
        if declared.access is Access.ROOM:
            assert declared.path.startswith("/api/rooms/{room_id}")
            assert declared.method == "GET" or declared.path.endswith(("/attachments", "/messages"))


def test_a_route_cannot_be_declared_without_its_access() -> None:
    with pytest.raises(TypeError, match="access"):
        route("GET", "/api/anything")  # type: ignore[call-arg]  # that is the point


def test_a_function_must_take_the_parameters_of_its_path() -> None:
    async def get_room(call: Call, room: str) -> None:
        """Look at a room."""

    with pytest.raises(TypeError, match="does not take the parameters"):
        route("GET", "/api/rooms/{room_id}", access=Access.USER)(get_room)


@pytest.mark.parametrize("declared", rest.ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_nothing_but_public_routes_answers_without_a_token(declared: rest.routing.Route, api: Api) -> None:
    if declared.path in PUBLIC:
        return
    response = await api(declared.method, declared.path.format(**NAMES))
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert (await response.json())["reason"] == "TOKEN_MISSING"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer not-a-token", "Bearer a.b.c", "Bearer é"],
)
async def test_what_is_not_a_token_is_refused(header: str, api: Api) -> None:
    status, _ = await api.reason("GET", "/api/auth/me", headers={"Authorization": header})
    assert status == 401


async def test_an_expired_token_is_refused(api: Api, services: StandIns) -> None:
    headers = {"Authorization": f"Bearer {services.token('ada', exp=1)}"}
    assert await api.reason("GET", "/api/auth/me", headers=headers) == (401, "TOKEN_EXPIRED")


async def test_the_token_of_a_session_that_has_ended_is_refused(api: Api, services: StandIns) -> None:
    services.ended.add("session-ada")
    assert await api.reason("GET", "/api/auth/me", user="ada") == (401, "SESSION_ENDED")


async def test_a_guest_sees_its_own_room(api: Api, services: StandIns) -> None:
    services.add_user("visitor", is_guest=True, guest_room_id="room")
    services.answers["GetRoom"] = room_pb2.GetRoomResponse(
        room=room_pb2.Room(id="room", kind=room_pb2.ROOM_KIND_SUPPORT)
    )
    services.answers["CheckMembership"] = room_pb2.CheckMembershipResponse(roles=[room_pb2.MEMBER_ROLE_MEMBER])
    services.answers["ListMessages"] = message_pb2.ListMessagesResponse()
    services.answers["ListMembers"] = room_pb2.ListMembersResponse()
    for path in ("/api/rooms/room", "/api/rooms/room/messages", "/api/rooms/room/members"):
        assert (await api("GET", path, user="visitor")).status == 200


@pytest.mark.parametrize("declared", rest.ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_guest_may_do_nothing_outside_its_room(
    declared: rest.routing.Route, api: Api, services: StandIns
) -> None:
    if declared.access in (Access.PUBLIC, Access.LOGGED_IN):
        return
    services.add_user("visitor", is_guest=True, guest_room_id="room")
    path = declared.path.format(**NAMES)
    assert await api.reason(declared.method, path, {}, user="visitor") == (403, "GUEST_NOT_ALLOWED")


async def test_an_administrators_route_is_closed_to_users(api: Api) -> None:
    account = {"username": "bob", "password": "correct horse"}
    assert await api.reason("POST", "/api/users", account, user="ada") == (403, "ADMIN_ONLY")


async def test_the_role_that_counts_is_the_one_that_the_account_has_now(api: Api, services: StandIns) -> None:
    services.add_user("ada", role=auth_pb2.ROLE_USER)
    headers = {"Authorization": f"Bearer {services.token('ada', role='admin')}"}
    account = {"username": "bob", "password": "correct horse"}
    assert await api.reason("POST", "/api/users", account, headers=headers) == (403, "ADMIN_ONLY")


async def test_a_wrong_field_is_named(api: Api) -> None:
    response = await api("POST", "/api/rooms", {"name": 5}, user="ada")
    assert response.status == 400
    assert await response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "`name` must be of type str, not int.",
        "code": "invalid",
        "reason": "BAD_INPUT",
        "field": "name",
    }


async def test_a_missing_body_lacks_its_fields(api: Api) -> None:
    response = await api("POST", "/api/rooms", user="ada")
    assert response.status == 400
    assert (await response.json())["field"] == "name"


@pytest.mark.parametrize("body", [b"{", b"name=den", b"\xff\xfe", b'{"name": "\xff"}', b"[" * 60_000])
async def test_what_is_not_json_is_refused(body: bytes, api: Api) -> None:
    status, _ = await api.reason("POST", "/api/rooms", data=body, user="ada")
    assert status == 400


async def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    body = b'{"name": "' + b"a" * MAX_BODY_BYTES + b'"}'
    assert await api.reason("POST", "/api/rooms", data=body, user="ada") == (413, "BODY_TOO_LARGE")


async def test_unknown_fields_are_passed_over(api: Api, services: StandIns) -> None:
    services.answers["CreateRoom"] = room_pb2.CreateRoomResponse(
        room=room_pb2.Room(id="room", kind=room_pb2.ROOM_KIND_PUBLIC)
    )
    assert (await api("POST", "/api/rooms", {"name": "den", "colour": "red"}, user="ada")).status == 201


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", f"page_token={'x' * 501}"])
async def test_a_bad_query_is_refused(query: str, api: Api) -> None:
    assert await api.reason("GET", f"/api/rooms?{query}", user="ada") == (400, "BAD_INPUT")


async def test_an_address_that_leads_nowhere_is_a_problem(api: Api) -> None:
    assert await api.reason("GET", "/api/nothing") == (404, "NO_SUCH_ROUTE")


async def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are(api: Api) -> None:
    response = await api("PUT", "/api/rooms")
    assert response.status == 405
    assert response.content_type == "application/problem+json"
    assert response.headers["Allow"] == "GET,POST"


async def test_a_fault_of_ours_says_nothing_of_its_cause(api: Api, services: StandIns) -> None:
    services.answers["CreateRoom"] = room_pb2.CreateRoomResponse()  # a room of no kind cannot be rendered
    response = await api("POST", "/api/rooms", {"name": "den"}, user="ada")
    assert response.status == 500
    problem = await response.json()
    assert problem["detail"] == "Something went wrong on our side."
    assert "field" not in problem


async def test_each_answer_names_its_request_and_is_not_stored(api: Api, services: StandIns) -> None:
    services.answers["ListPublicRooms"] = room_pb2.ListPublicRoomsResponse()
    good = await api("GET", "/api/rooms", user="ada")
    bad = await api("GET", "/api/rooms")
    for response in (good, bad):
        assert len(response.headers["X-Request-Id"]) == len(context.new_request_id())
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert good.headers["X-Request-Id"] != bad.headers["X-Request-Id"]


async def test_a_service_that_is_away_is_a_problem_that_says_when_to_try_again(api: Api, services: StandIns) -> None:
    services.answers["CreateRoom"] = Unavailable("Not now.", retry_after=1.5)
    response = await api("POST", "/api/rooms", {"name": "den"}, user="ada")
    assert response.status == 503
    assert response.headers["Retry-After"] == "2"
    assert (await response.json())["retry_after"] == 1.5
