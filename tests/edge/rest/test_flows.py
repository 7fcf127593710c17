"""What people do over REST, with the whole product behind it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from mesh import access
from mesh.replicas import connected
from mesh.rpc import Client
from parlance.auth.v1 import auth_pb2
from parlance.auth.v1.auth_pb2_grpc import AuthServiceStub
from parlance.room.v1 import room_pb2
from parlance.room.v1.room_pb2_grpc import RoomServiceStub
from tests.processes import Processes, free_port, parlance

PASSWORD = "correct horse battery"
SETTINGS = {
    "PARLANCE_LOGINS_PER_MINUTE": "100000",
    "PARLANCE_REGISTRATIONS_PER_MINUTE": "100000",
    "PARLANCE_PASSWORD_MEMORY_KIB": "64",
    "PARLANCE_PASSWORD_ROUNDS": "1",
}


class Installation:
    """A running Parlance and where it keeps its data."""

    def __init__(self, url: str, data: Path) -> None:
        self.url = url
        self.targets: dict[str, str] = json.loads((data / "targets.json").read_text())


class Person:
    """Somebody with an access token."""

    def __init__(self, http: aiohttp.ClientSession, user_id: str, token: str) -> None:
        self._http = http
        self.id = user_id
        self.token = token
        self.name = ""
        self.refresh_token = ""

    async def __call__(self, method: str, path: str, body: object = None, *, status: int | None = None) -> Any:
        """Call the API; checks the status, any success when none is named."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._http.request(method, f"/api/{path}", json=body, headers=headers) as response:
            text = await response.text()
            assert response.status == status if status else response.ok, f"{response.status} {text}"
            return json.loads(text) if text else None

    async def room(self, **fields: Any) -> str:
        """Open a room; returns its id."""
        room: str = (await self("POST", "rooms", {"name": f"room {uuid4().hex[:12]}"} | fields))["id"]
        return room

    async def say(self, room: str, body: str) -> Any:
        """Send a message."""
        return await self("POST", f"rooms/{room}/messages", {"body": body})


Register = Callable[[], Awaitable[Person]]


@pytest.fixture(scope="module")
def installation(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    port, data = free_port(), tmp_path_factory.mktemp("installation")
    url = f"http://127.0.0.1:{port}"
    processes.start("up", parlance("up", "--port", str(port), "--data", str(data)), SETTINGS).await_ready(url)
    return Installation(url, data)


@pytest.fixture
async def http(installation: Installation) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(installation.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def register(http: aiohttp.ClientSession) -> Register:
    async def register() -> Person:
        body = {"username": f"u{uuid4().hex[:12]}", "password": PASSWORD, "display_name": "Zoë العربية 🎈"}
        async with http.post("/api/auth/register", json=body) as response:
            answer = await response.json()
            assert response.status == 201, answer
        person = Person(http, answer["user"]["id"], answer["access_token"])
        person.name, person.refresh_token = answer["user"]["username"], answer["refresh_token"]
        return person

    return register


@pytest.fixture
async def admin(installation: Installation, http: aiohttp.ClientSession) -> Person:
    username = f"a{uuid4().hex[:12]}"
    async with connected(installation.targets["auth"]) as replicas:
        auth = Client(replicas, AuthServiceStub, caller=access.CLI)
        request = auth_pb2.CreateUserRequest(username=username, password=PASSWORD, role=auth_pb2.ROLE_ADMIN)
        await auth.call(lambda stub: stub.CreateUser, request)
    async with http.post("/api/auth/login", json={"username": username, "password": PASSWORD}) as response:
        answer = await response.json()
    return Person(http, answer["user"]["id"], answer["access_token"])


async def test_a_refresh_token_is_good_once_and_reuse_ends_the_session(
    register: Register, http: aiohttp.ClientSession
) -> None:
    ada = await register()
    body = {"refresh_token": ada.refresh_token}
    async with http.post("/api/auth/refresh", json=body) as response:
        fresh = await response.json()
        assert response.status == 200
    async with http.post("/api/auth/refresh", json=body) as response:
        assert (response.status, (await response.json())["reason"]) == (401, "REFRESH_TOKEN_REUSED")
    async with http.post("/api/auth/refresh", json={"refresh_token": fresh["refresh_token"]}) as response:
        assert response.status == 401


async def test_a_browser_lives_on_its_cookie_until_it_logs_out(register: Register, http: aiohttp.ClientSession) -> None:
    ada = await register()
    body = {"username": ada.name.upper(), "password": PASSWORD, "session": "cookie"}
    async with http.post("/api/auth/login", json=body) as response:
        assert "refresh_token" not in await response.json()
    for _ in range(2):
        async with http.post("/api/auth/refresh") as response:
            ada.token = (await response.json())["access_token"]
    assert (await ada("GET", "auth/me"))["user"]["id"] == ada.id
    async with http.post("/api/auth/logout") as response:
        assert response.status == 204
    await ada("GET", "auth/me", status=401)
    async with http.post("/api/auth/refresh") as response:
        assert (response.status, (await response.json())["reason"]) == (401, "TOKEN_MISSING")


async def test_a_public_room_is_found_entered_and_left(register: Register) -> None:
    ada, bob = await register(), await register()
    name = f"Café {uuid4().hex[:12]}"
    room = await ada.room(name=name, topic="Cakes")
    found = await bob("GET", f"rooms?prefix={name.upper()}")
    assert [(room["name"], room["topic"]) for room in found["rooms"]] == [(name, "Cakes")]
    assert (await bob("GET", f"rooms/{room}"))["membership"] is None
    assert (await bob("POST", f"rooms/{name.lower()}/join"))["id"] == room
    assert (await bob("GET", f"rooms/{room}"))["member_count"] == 2
    members = (await bob("GET", f"rooms/{room}/members"))["members"]
    assert [(member["user"]["id"], member["role"]) for member in members] == [(ada.id, "owner"), (bob.id, "member")]
    await bob("POST", f"rooms/{room}/leave", status=204)
    await bob("POST", f"rooms/{room}/leave", status=204)
    await bob("PATCH", f"rooms/{room}", {"topic": "Mine"}, status=403)
    assert (await ada("PATCH", f"rooms/{room}", {"topic": "Tea"}))["topic"] == "Tea"
    await ada("DELETE", f"rooms/{room}", status=204)
    await ada("GET", f"rooms/{room}", status=404)


async def test_a_private_room_is_known_to_its_members_only(register: Register) -> None:
    ada, bob = await register(), await register()
    room = await ada.room(kind="private")
    await bob("GET", f"rooms/{room}", status=404)
    await bob("POST", f"rooms/{room}/join", status=404)
    await bob("GET", f"rooms/{room}/messages", status=403)
    await bob("POST", f"rooms/{room}/messages", {"body": "let me in"}, status=403)
    added = await ada("POST", f"rooms/{room}/members", {"username": bob.name}, status=201)
    assert (added["user"]["id"], added["role"]) == (bob.id, "member")
    await bob.say(room, "thank you")


async def test_who_is_banned_stays_out_until_the_ban_is_lifted(register: Register) -> None:
    ada, bob = await register(), await register()
    room = await ada.room()
    await bob("POST", f"rooms/{room}/join")
    await bob("DELETE", f"rooms/{room}/members/{ada.id}", status=403)
    await ada("DELETE", f"rooms/{room}/members/{bob.id}?ban=true", status=204)
    await bob("POST", f"rooms/{room}/join", status=403)
    await bob("GET", f"rooms/{room}/messages", status=403)
    members = (await ada("GET", f"rooms/{room}/members?banned=true"))["members"]
    assert [member["role"] for member in members if member["user"]["id"] == bob.id] == ["banned"]
    await ada("DELETE", f"rooms/{room}/members/{bob.id}", status=204)
    await bob("POST", f"rooms/{room}/join")
    promoted = await ada("PATCH", f"rooms/{room}/members/{bob.id}", {"role": "moderator"})
    assert promoted["role"] == "moderator"
    assert (await bob("PATCH", f"rooms/{room}/members/{bob.id}", {"muted": True}))["muted"] is True


async def test_members_come_in_pages(register: Register) -> None:
    ada = await register()
    room = await ada.room()
    others = [await register() for _ in range(4)]
    for other in others:
        await other("POST", f"rooms/{room}/join")
    seen, query = [], "limit=2"
    while query:
        page = await ada("GET", f"rooms/{room}/members?{query}")
        seen += [member["user"]["id"] for member in page["members"]]
        query = f"limit=2&page_token={page['next']}" if page["next"] else ""
    assert seen == [ada.id, *(other.id for other in others)]


async def test_what_is_said_is_read_back_paged_caught_up_with_and_found(register: Register) -> None:
    ada, bob = await register(), await register()
    room = await ada.room()
    await bob("POST", f"rooms/{room}/join")
    for number in range(5):
        await ada.say(room, f"message {number}")
    newest = await bob("GET", f"rooms/{room}/messages?limit=2")
    assert [message["body"] for message in newest["messages"]] == ["message 4", "message 3"]
    assert newest["messages"][0]["sender"]["name"] == "Zoë العربية 🎈"
    older = await bob("GET", f"rooms/{room}/messages?limit=2&before=4")
    assert [message["seq"] for message in older["messages"]] == [3, 2]
    changes = await bob("GET", f"rooms/{room}/messages?limit=2&after=1")
    assert ([message["seq"] for message in changes["messages"]], changes["more"]) == ([2, 3], True)
    hits = (await bob("GET", "search?q=message&limit=3"))["hits"]
    assert [(hit["room"], hit["message"]["seq"]) for hit in hits] == [(room, 5), (room, 4), (room, 3)]
    assert (await bob("POST", f"rooms/{room}/read", {"seq": 3})) == {"read_seq": 3}
    assert (await bob("POST", f"rooms/{room}/read", {"seq": 1})) == {"read_seq": 3}
    (summary,) = (await bob("GET", "auth/me"))["rooms"]
    assert (summary["id"], summary["seq"], summary["unread"]) == (room, 5, 2)
    assert summary["last_message"]["body"] == "message 4"


async def test_a_message_that_is_sent_again_is_stored_once(register: Register) -> None:
    ada, bob = await register(), await register()
    room = await ada.room()
    await bob("POST", f"rooms/{room}/join")
    body = {"body": "only once", "message_id": str(uuid4())}
    first = await ada("POST", f"rooms/{room}/messages", body, status=201)
    assert await ada("POST", f"rooms/{room}/messages", body, status=201) == first
    taken = await bob("POST", f"rooms/{room}/messages", body, status=409)
    assert taken["code"] == "already_exists"
    reply = await bob("POST", f"rooms/{room}/messages", {"body": "yes", "reply_to": first["id"]})
    assert (reply["seq"], reply["reply_to"]) == (2, first["id"])


async def test_two_people_have_one_direct_room(register: Register) -> None:
    ada, bob = await register(), await register()
    room = await ada("POST", "rooms/direct", {"username": bob.name.upper()})
    assert room["id"] == (await bob("POST", "rooms/direct", {"user_id": ada.id}))["id"]
    assert {person["id"] for person in room["people"]} == {ada.id, bob.id}
    await ada("POST", "rooms/direct", {"user_id": str(uuid4())}, status=404)
    await bob("DELETE", f"users/{bob.id}", status=204)
    await ada("POST", "rooms/direct", {"user_id": bob.id}, status=404)


async def test_a_new_password_ends_the_other_sessions(register: Register, http: aiohttp.ClientSession) -> None:
    ada = await register()
    async with http.post("/api/auth/login", json={"username": ada.name, "password": PASSWORD}) as response:
        elsewhere = Person(http, ada.id, (await response.json())["access_token"])
    await elsewhere("GET", "auth/me")
    change = {"password": "another horse battery"}
    await ada("PATCH", f"users/{ada.id}", change, status=400)
    await ada("PATCH", f"users/{ada.id}", change | {"current_password": PASSWORD})
    await ada("GET", "auth/me")
    await elsewhere("GET", "auth/me", status=401)


async def test_an_administrator_manages_users(register: Register, admin: Person) -> None:
    ada = await register()
    room = await ada.room(kind="private")
    assert (await admin("GET", f"users/{ada.id}"))["role"] == "user"
    assert (await admin("GET", f"rooms/{room}"))["membership"] is None
    opened = await admin("POST", "users", {"username": f"n{uuid4().hex[:12]}", "password": PASSWORD}, status=201)
    assert (await admin("PATCH", f"users/{opened['id']}", {"role": "admin"}))["role"] == "admin"
    for _ in range(2):
        await admin("DELETE", f"users/{ada.id}", status=204)
    await ada("GET", "auth/me", status=401)
    await admin("GET", f"users/{ada.id}", status=404)


async def test_a_guest_sees_its_room_and_nothing_else(
    register: Register, installation: Installation, http: aiohttp.ClientSession
) -> None:
    ada = await register()
    room, other = await ada.room(kind="private"), await ada.room()
    async with (
        connected(installation.targets["auth"]) as auth_replicas,
        connected(installation.targets["room"]) as room_replicas,
    ):
        auth = Client(auth_replicas, AuthServiceStub, caller=access.EDGE)
        request = auth_pb2.CreateGuestRequest(display_name="Visitor", room_id=room)
        session = (await auth.call(lambda stub: stub.CreateGuest, request)).session
        rooms = Client(room_replicas, RoomServiceStub, caller=access.EDGE)
        adding = room_pb2.AddMemberRequest(room_id=room, actor_id=ada.id, user_id=session.user.id)
        await rooms.call(lambda stub: stub.AddMember, adding)
    guest = Person(http, session.user.id, session.access_token)
    await ada.say(room, "welcome")
    assert (await guest("GET", "auth/me"))["user"]["guest"] is True
    assert (await guest("GET", f"rooms/{room}/messages"))["messages"][0]["body"] == "welcome"
    await guest("GET", f"rooms/{room}/members")
    assert (await guest("GET", f"rooms/{other}", status=403))["reason"] == "GUEST_NOT_ALLOWED"
    await guest("POST", f"rooms/{other}/join", status=403)
    await ada("POST", "rooms/direct", {"user_id": guest.id}, status=403)


@pytest.mark.parametrize(
    "path",
    ["rooms/%00", "rooms/%ff", "rooms/%ed%a0%80", "rooms/a%2Fb", "users/%00", "users/a%2Fb", "rooms/%F0%9F%98%80"],
)
async def test_strange_addresses_lead_nowhere_and_harm_nothing(path: str, register: Register) -> None:
    ada = await register()
    await ada("GET", path, status=404)


@pytest.mark.parametrize("path", ["users?prefix=%00", "users?prefix=%ff", "rooms?prefix=%ff", "users?prefix=$.*"])
async def test_strange_searches_find_nothing(path: str, register: Register) -> None:
    ada = await register()
    assert (await ada("GET", path))["next"] is None


@pytest.mark.parametrize("path", ["users?page_token=x", "rooms?page_token=x", "rooms?page_token=%00"])
async def test_a_page_token_that_was_made_up_is_refused(path: str, register: Register) -> None:
    ada = await register()
    assert (await ada("GET", path, status=400))["field"] == "page_token"
