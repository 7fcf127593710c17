"""The terminal client with real sockets, against a small server with one room, through pipes and on a terminal."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from cli import chat
from cli.chat.app import App
from cli.chat.chat import Chat
from cli.chat.foot import ChatFoot
from cli.chat.terminal import Terminal
from cli.chat.view import Line, text_of
from client import Account, Backoff, Client
from tests.patience import PATIENCE_SECONDS


class Hall:
    """A server with the room "hall" and the people Ada and Bob; Bob is spoken for by the test."""

    def __init__(self, wire: Any) -> None:
        self.wire = wire
        self.accounts = {"ada": "right"}
        self.messages: list[dict[str, Any]] = []
        self.revision = 0
        self.sockets: set[web.WebSocketResponse] = set()
        self.frames: list[dict[str, Any]] = []
        self.away = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/auth/{way}", self.enter)
        app.router.add_get("/api/rooms/{room}/members", self.members)
        app.router.add_get("/ws", self.talk)
        return app

    async def enter(self, request: web.Request) -> web.Response:
        body = await request.json()
        match request.match_info["way"]:
            case "login" if self.accounts.get(body["username"]) != body["password"]:
                return web.json_response({"detail": "Wrong name or password."}, status=401)
            case "register":
                self.accounts[body["username"]] = body["password"]
            case "logout":
                return web.Response(status=204)
        user = {"id": "ada", "username": "ada", "display_name": "Ada", "guest": False, "role": "user"}
        return web.json_response({"access_token": "a", "expires_in": 900, "refresh_token": "r", "user": user})

    async def members(self, request: web.Request) -> web.Response:
        people = [("ada", "owner", True), ("bob", "member", False)]
        members = [
            {"user": self.wire.person(person), "role": role, "online": online} for person, role, online in people
        ]
        return web.json_response({"members": members, "next": None})

    async def talk(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.frames.append(frame)
                await self.answer(socket, frame)
        self.sockets.discard(socket)
        return socket

    async def answer(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "auth":
                await self.welcome(socket, frame)
            case "join_room" if frame["room"] != "hall":
                await socket.send_str(self.wire.error(frame["id"], "not_found"))
            case "join_room":
                await self.ack(
                    socket,
                    frame,
                    summary=self.summary(),
                    revision=self.revision,
                    reset=True,
                    messages=self.messages[-50:],
                )
            case "send_message" if frame["body"] == "forbidden":
                await socket.send_str(self.wire.error(frame["id"], "forbidden"))
            case "send_message" | "edit_message" | "delete_message" | "react":
                await self.ack(socket, frame, message=await self.change(frame))
            case "history":
                older = [message for message in self.messages if message["seq"] < frame["before"]]
                await self.ack(socket, frame, messages=older[::-1][: frame["limit"]])
            case "mark_read":
                await self.ack(socket, frame, read_seq=frame["seq"])
            case "leave_room":
                await self.ack(socket, frame)

    async def welcome(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        await socket.send_str(self.wire.welcome(self.summary()))
        for message in self.messages:
            if message["revision"] > frame.get("resume", {}).get("hall", self.revision):
                await socket.send_str(self.told("message", message))
        self.sockets.add(socket)

    async def ack(self, socket: web.WebSocketResponse, frame: dict[str, Any], **fields: Any) -> None:
        await socket.send_str(self.wire.frame("ack", id=frame["id"], room="hall", **fields))

    async def post(self, sender: str, body: str, message_id: str = "", reply_to: str | None = None) -> dict[str, Any]:
        seq = len(self.messages) + 1
        self.revision += 1
        message = self.wire.message(
            seq, self.revision, id=message_id or f"m{seq}", sender=sender, body=body, reply_to=reply_to
        )
        self.messages.append(message)
        await self.tell(self.told("message", message))
        return message

    async def change(self, frame: dict[str, Any]) -> dict[str, Any]:
        if frame["type"] == "send_message":
            return await self.post("ada", frame["body"], frame["message_id"], frame.get("reply_to"))
        message = next(message for message in self.messages if message["id"] == frame["message_id"])
        self.revision += 1
        message["revision"] = self.revision
        match frame["type"]:
            case "edit_message":
                message["body"] = frame["body"]
            case "delete_message":
                message["deleted_at"] = message["sent_at"]
            case "react":
                message["reactions"] = [{"emoji": frame["emoji"], "users": ["ada"]}] if frame.get("on", True) else []
        await self.tell(self.told("message_updated", message))
        return message

    async def tell(self, text: str) -> None:
        for socket in self.sockets:
            await socket.send_str(text)

    def told(self, kind: str, message: dict[str, Any]) -> str:
        return self.wire.frame(kind, room="hall", revision=message["revision"], message=message)

    def summary(self) -> dict[str, Any]:
        return self.wire.room("hall", self.revision, seq=len(self.messages), unread=len(self.messages))

    async def cut(self) -> None:
        for socket in list(self.sockets):
            await socket.close(code=1012)


@pytest.fixture
def hall(wire: Any) -> Hall:
    return Hall(wire)


@pytest.fixture
async def url(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setenv("PARLANCE_PASSWORD", "right")
    async with TestServer(hall.app()) as server:
        yield str(server.make_url("/"))


async def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 (what is waited for is on a screen)
            await asyncio.sleep(0.01)


# Through pipes


class Script:
    """Runs the program with lines on its standard input."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._url = url
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    async def __call__(self, *lines: str, user: str | None = "ada", room: str | None = "hall") -> tuple[int, str, str]:
        """Give the exit status, what was printed, and what was complained about."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = await chat.run(self._url, user, room)
        printed = self._capsys.readouterr()
        return status, printed.out, printed.err


@pytest.fixture
def script(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Script:
    return Script(url, monkeypatch, capsys)


async def test_a_script_says_its_lines_in_order_and_ends(script: Script, hall: Hall) -> None:
    status, out, _ = await script("one", "", "two", "//three")
    assert status == 0
    assert [message["body"] for message in hall.messages] == ["one", "two", "/three"]
    assert "── hall ──" in out


async def test_a_script_sees_what_was_said(script: Script, hall: Hall) -> None:
    await hall.post("bob", "Is anybody here?")
    status, out, _ = await script()
    assert (status, "Bob             Is anybody here?" in out) == (0, True)


async def test_commands_change_messages(script: Script, hall: Hall) -> None:
    await hall.post("bob", "Tea?")
    await script("/reply Yes", "/react #1 👍")
    assert hall.messages[1]["reply_to"] == "m1"
    assert hall.messages[0]["reactions"] == [{"emoji": "👍", "users": ["ada"]}]
    await script("/edit Yes, please", "/react #1 👍")
    assert hall.messages[1]["body"] == "Yes, please"
    assert hall.messages[0]["reactions"] == []
    await script("/del")
    assert hall.messages[1]["deleted_at"]


async def test_commands_list_rooms_people_and_each_other(script: Script) -> None:
    _, out, _ = await script("/rooms", "/who", "/help")
    assert "● Ada  owner" in out
    assert "○ Bob" in out
    assert "/join ROOM" in out
    assert "/quit" in out


async def test_history_goes_back_to_the_beginning(script: Script, hall: Hall) -> None:
    for number in range(1, 81):
        await hall.post("bob", f"number {number}.")
    _, out, _ = await script("/history", "/history", "/history")
    assert (
        out.index("number 11.") < out.index("number 30.") < out.index("number 1.") < out.index("where the room begins")
    )


async def test_what_goes_wrong_is_said_and_ends_in_a_failure(script: Script) -> None:
    status, out, _ = await script("/join nowhere", "/frobnicate", "/edit", "/reply #7 hm", "forbidden")
    assert status == 1
    assert "There is no command /frobnicate." in out
    assert "There is no such message here." in out
    assert "Message 7 is not at hand." in out
    assert "Not sent: No.\n  forbidden" in out


async def test_without_a_room_there_is_nobody_to_talk_to(script: Script) -> None:
    status, out, _ = await script("hello?", room=None)
    assert (status, "/join ROOM enters one" in out) == (1, True)


async def test_leaving_closes_the_room(script: Script, hall: Hall) -> None:
    _, out, _ = await script("/leave", "hello?")
    assert "You have left hall." in out
    assert hall.messages == []


async def test_quit_ends_a_script(script: Script, hall: Hall) -> None:
    status, _, _ = await script("one", "/quit", "two")
    assert status == 0
    assert [message["body"] for message in hall.messages] == ["one"]


async def test_a_wrong_password_is_told(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_PASSWORD", "wrong")
    assert await script() == (2, "", "Wrong name or password.\n")


async def test_without_a_name_a_script_cannot_begin(script: Script) -> None:
    status, _, err = await script(user=None)
    assert (status, "--user" in err) == (2, True)


async def test_without_a_server_the_address_is_told(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert await chat.run("http://127.0.0.1:1", "ada", None) == 2
    assert "http://127.0.0.1:1" in capsys.readouterr().err


async def test_a_server_that_sends_one_away_is_obeyed(script: Script, hall: Hall) -> None:
    async def answer(socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        await socket.close(code=4403, message=b"SESSION_ENDED")

    hall.answer = answer  # type: ignore[method-assign]  # another server for this test
    assert await script("hello") == (1, "", "Disconnected: The server has ended this session.\n")


# On a terminal


class Window:
    """The program on a terminal: keys go in, and what it shows can be looked at."""

    def __init__(self, keys: PipeInput, chat: Chat) -> None:
        self.keys = keys
        self.chat = chat
        self.foot = ChatFoot(chat)
        self.shown: list[str] = []

    def show(self, lines: list[Line]) -> None:
        self.shown.extend(text_of(line) for line in lines)

    def sees(self, text: str) -> Callable[[], bool]:
        return lambda: any(text in line for line in self.shown)

    def prompt(self) -> list[str]:
        return [text_of(line) for line in self.foot.prompt()]


@pytest.fixture
async def window(url: str, hall: Hall, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Window]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        terminal = Terminal()
        async with Account(url) as account:
            await account.login("ada", "right")
            async with Client(url, account.token, backoff=Backoff(0.02, 0.05)) as client:
                window = Window(keys, Chat(account, client, terminal))
                monkeypatch.setattr(terminal, "show", window.show)
                app = asyncio.create_task(App(window.chat, None).run())
                yield window
                keys.send_text("\x15\x04")
                async with asyncio.timeout(PATIENCE_SECONDS):
                    assert await app == 0


async def test_the_room_that_was_active_last_is_open(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody has said anything yet"))
    assert window.prompt() == ["hall› "]
    assert window.foot.toolbar() == ""
    window.keys.send_text("hello\r")
    await until(window.sees("Ada             hello"))
    assert hall.messages[0]["body"] == "hello"


async def test_what_is_shown_is_marked_as_read(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    await hall.post("bob", "hi")
    await until(window.sees("hi"))
    await until(lambda: {"type": "mark_read", "room": "hall", "seq": 1}.items() <= hall.frames[-1].items())


async def test_being_offline_is_told_and_what_is_written_waits(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    hall.away = True
    await hall.cut()
    await until(lambda: window.foot.toolbar() == "Offline. Trying to come back.")
    window.keys.send_text("one\rtwo\r/who\r")
    await until(lambda: "Your 2 messages" in window.foot.toolbar())
    assert window.prompt() == ["◷ one", "◷ two", "hall› "]
    await until(window.sees("You are offline; /who has to wait"))
    await hall.post("bob", "Where are you?")
    hall.away = False
    await until(window.sees("two"))
    assert [message["body"] for message in hall.messages] == ["Where are you?", "one", "two"]
    await until(lambda: window.prompt() == ["hall› "])
    assert window.sees("Where are you?")()


async def test_who_leaves_unsent_messages_behind_must_say_it_twice(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    hall.away = True
    await hall.cut()
    window.keys.send_text("one\r/quit\r")
    await until(window.sees("/quit once more leaves without them"))


async def test_the_others_hear_that_one_is_typing(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    window.keys.send_text("/wh")
    window.keys.send_text("\x15")
    window.keys.send_text("hel")
    await until(lambda: hall.frames[-1] == {"type": "typing", "room": "hall"})
    window.keys.send_text("\x15")
    await until(lambda: hall.frames[-1] == {"type": "typing", "room": "hall", "on": False})
    assert sum(frame["type"] == "typing" for frame in hall.frames) == 2


async def test_one_sees_that_others_are_typing(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    typing = {"room": "hall", "user": hall.wire.person("bob")}
    await hall.tell(hall.wire.frame("typing", **typing, on=True))
    await until(lambda: window.foot.toolbar() == "Bob is typing…")
    await hall.tell(hall.wire.frame("typing", **typing, on=False))
    await until(lambda: window.foot.toolbar() == "")


async def test_other_rooms_are_counted(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    await hall.tell(hall.wire.frame("room_created", room=hall.wire.room("ops", 2)))
    await hall.tell(hall.wire.event("ops", 3))
    await until(lambda: window.foot.toolbar() == "New: ops 3")


async def test_commands_and_rooms_are_completed(window: Window) -> None:
    await until(window.sees("Nobody"))
    assert window.foot.completions("/re") == ["/react", "/reply"]
    assert window.foot.completions("/join H") == ["/join hall"]
    assert window.foot.completions("/who h") == window.foot.completions("hello") == window.foot.completions("") == []


async def test_changes_of_shown_messages_are_told(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    message = await hall.post("bob", "Tea")
    await hall.change({"type": "edit_message", "message_id": message["id"], "body": "Coffee"})
    await until(window.sees("Bob: now says: Coffee"))


async def test_a_room_of_which_too_much_was_missed_is_shown_anew(window: Window, hall: Hall, wire: Any) -> None:
    await until(window.sees("Nobody"))
    welcome = wire.welcome
    hall.away = True
    await hall.cut()
    await hall.post("bob", "You missed this")
    hall.wire.welcome = lambda *rooms: welcome(*rooms, reset=("hall",))
    hall.away = False
    await until(window.sees("You were away for long"))
    await until(window.sees("You missed this"))


async def test_being_removed_closes_the_room(window: Window, hall: Hall) -> None:
    await until(window.sees("Nobody"))
    await hall.tell(hall.wire.frame("member_left", room="hall", user=hall.wire.person("ada"), removed=True))
    await until(window.sees("You were removed from hall."))
    assert window.prompt() == ["› "]
