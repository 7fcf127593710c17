from typing import Any

import pytest

from parlance.auth.v1 import auth_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns


@pytest.fixture(autouse=True)
def people(services: StandIns) -> None:
    services.add_user("ada", email="ada@example.org")
    services.add_user("bob", email="bob@example.org")
    services.add_user("root", role=auth_pb2.ROLE_ADMIN)
    services.answers["GetUser"] = lambda request: auth_pb2.GetUserResponse(user=services.users[request.user_id])
    services.answers["ListUsers"] = auth_pb2.ListUsersResponse(users=services.users.values(), next_page_token="more")
    services.answers["CreateUser"] = auth_pb2.CreateUserResponse(user=services.users["bob"])
    services.answers["UpdateUser"] = lambda request: auth_pb2.UpdateUserResponse(user=services.users[request.user_id])
    services.answers["RemoveUser"] = room_pb2.RemoveUserResponse()
    services.answers["DeleteUser"] = auth_pb2.DeleteUserResponse()


@pytest.mark.parametrize(("asker", "sees_it"), [("ada", True), ("root", True), ("bob", False)])
async def test_an_email_address_is_for_its_owner_and_administrators(asker: str, sees_it: bool, api: Api) -> None:
    user = await (await api("GET", "/api/users/ada", user=asker)).json()
    public = {"id", "username", "display_name", "guest", "created_at"}
    assert user.keys() == (public | {"email", "role"} if sees_it else public)


@pytest.mark.parametrize(("asker", "sees_it"), [("root", True), ("bob", False)])
async def test_a_search_shows_email_addresses_to_administrators_only(asker: str, sees_it: bool, api: Api) -> None:
    page = await (await api("GET", "/api/users?prefix=a&limit=2&page_token=here", user=asker)).json()
    assert all(("email" in user) is sees_it for user in page["users"])
    assert page["next"] == "more"


async def test_a_search_passes_on_what_is_looked_for(api: Api, services: StandIns) -> None:
    await api("GET", "/api/users?prefix=a&limit=2&page_token=here", user="ada")
    expected = auth_pb2.ListUsersRequest(prefix="a", page_size=2, page_token="here")
    assert services.asked("ListUsers") == [expected]


async def test_an_administrator_opens_accounts(api: Api, services: StandIns) -> None:
    body = {"username": "bob", "password": "correct horse", "role": "admin"}
    assert (await api("POST", "/api/users", body, user="root")).status == 201
    assert services.asked("CreateUser")[0].role == auth_pb2.ROLE_ADMIN


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_nobody_changes_the_account_of_another(method: str, api: Api) -> None:
    assert await api.reason(method, "/api/users/ada", {}, user="bob") == (403, "NOT_YOUR_ACCOUNT")


async def test_a_change_of_ones_own_proves_itself_with_the_password(api: Api, services: StandIns) -> None:
    body = {"password": "new and better", "current_password": "correct horse"}
    assert (await api("PATCH", "/api/users/ada", body, user="ada")).status == 200
    expected = auth_pb2.UpdateUserRequest(user_id="ada", session_id="session-ada", **body)
    assert services.asked("UpdateUser") == [expected]


async def test_an_administrator_needs_no_password_of_another(api: Api, services: StandIns) -> None:
    await api("PATCH", "/api/users/ada", {"role": "admin"}, user="root")
    expected = auth_pb2.UpdateUserRequest(user_id="ada", role=auth_pb2.ROLE_ADMIN, by_admin=True)
    assert services.asked("UpdateUser") == [expected]


async def test_administrators_prove_themselves_for_their_own_account(api: Api, services: StandIns) -> None:
    await api("PATCH", "/api/users/root", {"password": "new and better"}, user="root")
    assert not services.asked("UpdateUser")[0].by_admin


@pytest.mark.parametrize("user", ["ada", "root"])
async def test_nobody_changes_their_own_role(user: str, api: Api) -> None:
    assert await api.reason("PATCH", f"/api/users/{user}", {"role": "admin"}, user=user) == (403, "OWN_ROLE")


@pytest.mark.parametrize(
    ("body", "asked"),
    [({}, {}), ({"email": None}, {"email": ""}), ({"email": "a@b.c"}, {"email": "a@b.c"})],
)
async def test_what_is_left_out_stays_and_what_is_null_is_removed(
    body: dict[str, Any], asked: dict[str, Any], api: Api, services: StandIns
) -> None:
    await api("PATCH", "/api/users/ada", body, user="ada")
    expected = auth_pb2.UpdateUserRequest(user_id="ada", session_id="session-ada", **asked)
    assert services.asked("UpdateUser") == [expected]


async def test_a_new_name_is_shown_at_once(api: Api, services: StandIns) -> None:
    services.answers["ListMembers"] = room_pb2.ListMembersResponse(members=[room_pb2.Membership(user_id="ada")])
    await api("GET", "/api/rooms/den/members", user="bob")
    services.add_user("ada", display_name="Ada Lovelace")
    await api("PATCH", "/api/users/ada", {"display_name": "Ada Lovelace"}, user="ada")
    page = await (await api("GET", "/api/rooms/den/members", user="bob")).json()
    assert page["members"][0]["user"]["name"] == "Ada Lovelace"


@pytest.mark.parametrize("asker", ["ada", "root"])
async def test_deleting_an_account_ends_its_memberships_first(asker: str, api: Api, services: StandIns) -> None:
    def delete(_request: auth_pb2.DeleteUserRequest) -> auth_pb2.DeleteUserResponse:
        assert services.asked("RemoveUser") == [room_pb2.RemoveUserRequest(user_id="ada")]
        return auth_pb2.DeleteUserResponse()

    services.answers["DeleteUser"] = delete
    assert (await api("DELETE", "/api/users/ada", user=asker)).status == 204
