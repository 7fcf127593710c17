import asyncio
import base64
import json
import os
import socket as sockets
import time
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from edge import frames, handlers, session
from edge.connection import WRITE_BUFFER_BYTES, Connection
from edge.frames import SUBPROTOCOL
from mesh.errors import RateLimited, Unavailable
from parlance.message.v1 import message_pb2
from parlance.room.v1 import room_pb2
from tests.edge.logs import Frame
from tests.edge.stage import Services, Stage
from tests.patience import PATIENCE_SECONDS, until

Client: TypeAlias = "TestClient[web.Request, web.Application]"


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    app = web.Application()
    app.router.add_get("/ws", stage.sockets.accept)
    async with TestClient(TestServer(app)) as client:
        yield client
    await until(lambda: not len(stage.sockets))
    assert not stage.hub.users
    assert not stage.hub.rooms


async def connect(client: Client, **options: Any) -> ClientWebSocketResponse:
    socket: ClientWebSocketResponse = await client.ws_connect("/ws", protocols=(SUBPROTOCOL,), **options)
    return socket


async def ask(socket: ClientWebSocketResponse, kind: str, **fields: Any) -> Frame:
    """Send a frame and read the next one."""
    await socket.send_json({"type": kind, "id": 1} | fields)
    return await answer(socket)


async def answer(socket: ClientWebSocketResponse) -> Frame:
    frame: Frame = await socket.receive_json(timeout=PATIENCE_SECONDS)
    return frame


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """Read to the end; returns the code."""
    while (await socket.receive(timeout=PATIENCE_SECONDS)).type is not WSMsgType.CLOSE:
        pass
    return socket.close_code


async def logged_in(client: Client, services: Services, user_id: str) -> ClientWebSocketResponse:
    socket = await connect(client)
    assert (await ask(socket, "auth", token=services.token(user_id)))["type"] == "welcome"
    return socket


def the_connection(stage: Stage) -> Connection:
    (connection,) = stage.sockets._open
    return connection


def send_message(room: str, number: int) -> Frame:
    return {"type": "send_message", "id": number, "room": room, "message_id": f"{number:036}", "body": "hello"}


async def test_the_token_may_come_with_the_upgrade(client: Client, services: Services) -> None:
    socket = await connect(client, headers={"Authorization": f"bearer {services.token('ann')}"})
    assert (await ask(socket, "auth"))["user"]["id"] == "ann"
    assert socket.protocol == SUBPROTOCOL
    await socket.close()


async def test_a_header_that_is_no_text_is_no_token(stage: Stage, client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(upgrade("Authorization: Bearer \xff\xfe"))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(masked({"type": "auth"}))
    assert b"TOKEN_INVALID" in await reader.read(1000)
    writer.close()
    await writer.wait_closed()


async def test_without_a_token_there_is_no_welcome(client: Client) -> None:
    socket = await connect(client)
    assert (await ask(socket, "auth"))["reason"] == "TOKEN_MISSING"
    assert await closed(socket) == 4401


async def test_a_service_that_is_away_during_auth_asks_to_come_again(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "_FRAME_SECONDS", 0.2)
    services.answers["ListUserRooms"] = Unavailable("away", reason="AWAY")
    socket = await connect(client)
    assert (await ask(socket, "auth", token=services.token("ann")))["code"] == "unavailable"
    assert await closed(socket) == 1013


async def test_auth_again_keeps_the_connection_with_a_later_end(
    stage: Stage, client: Client, services: Services
) -> None:
    socket = await logged_in(client, services, "ann")
    later = time.time() + 5000
    assert await ask(socket, "auth", token=services.token("ann", exp=later)) == {"type": "ack", "id": 1}
    identity = the_connection(stage).session.identity
    assert identity is not None
    assert identity.expires_at == later
    await socket.close()


async def test_auth_again_after_the_session_has_ended_or_as_somebody_else_closes(
    client: Client, services: Services
) -> None:
    other, ended = await logged_in(client, services, "ann"), await logged_in(client, services, "bob")
    assert (await ask(other, "auth", token=services.token("cid")))["reason"] == "OTHER_USER"
    assert await closed(other) == 4403
    services.ended.add("session-bob")
    assert (await ask(ended, "auth", token=services.token("bob")))["reason"] == "SESSION_ENDED"
    assert await closed(ended) == 4401


async def test_a_fault_of_ours_is_told_without_a_word_and_survived(
    stage: Stage, client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await logged_in(client, services, "ann")

    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(stage.handlers, "_send_message", fail)
    await socket.send_json(send_message("r", 7))
    error = await answer(socket)
    assert (error["id"], error["code"], error["reason"]) == (7, "internal", "INTERNAL")
    assert "secret" not in error["message"]
    assert (await ask(socket, "ping"))["type"] == "pong"
    await socket.close()


async def test_pings_of_the_protocol_are_answered_and_binary_frames_are_not_spoken(
    stage: Stage, client: Client
) -> None:
    socket = await connect(client, autoping=False)
    await socket.ping(b"hello")
    message = await socket.receive(timeout=PATIENCE_SECONDS)
    assert (message.type, message.data) == (WSMsgType.PONG, b"hello")
    await socket.pong(b"")
    await socket.send_bytes(b"{}")
    assert await closed(socket) == 4400


@pytest.mark.parametrize("data", [b"\xff\xff", b"x" * 70_000], ids=["no UTF-8", "too big"])
async def test_what_the_protocol_forbids_ends_only_the_connection(
    client: Client, services: Services, data: bytes
) -> None:
    good, bad = await logged_in(client, services, "ann"), await connect(client)
    await bad.send_frame(data, WSMsgType.TEXT)
    assert await closed(bad) in (1007, 1009)
    assert (await ask(good, "ping"))["type"] == "pong"
    await good.close()


async def test_after_the_last_word_nothing_is_acted_on(stage: Stage, client: Client, services: Services) -> None:
    socket = await connect(client)
    for frame in ({"type": "ping"}, {"type": "auth", "token": services.token("ann")}):
        await socket.send_json(frame)
    assert (await answer(socket))["reason"] == "NOT_AUTHENTICATED"
    assert await closed(socket) == 4401
    await until(lambda: not len(stage.sockets))
    assert not services.asked("CheckSessions")


async def test_sends_are_pipelined_and_each_answered(client: Client, services: Services) -> None:
    services.add_room("r", "ann")

    def store(request: message_pb2.SendMessagesRequest) -> message_pb2.SendMessagesResponse:
        stored = [services.logs["r"].write(new.sender_id, message_id=new.message_id) for new in request.messages]
        return message_pb2.SendMessagesResponse(results=[message_pb2.SendResult(message=each) for each in stored])

    services.answers["SendMessages"] = store
    socket = await logged_in(client, services, "ann")
    with services.paused("SendMessages"):
        for number in range(10):
            await socket.send_json(send_message("r", number))
        assert (await ask(socket, "ping"))["type"] == "pong"
    told = [await answer(socket) for _ in range(20)]
    acks, events = ([frame for frame in told if frame["type"] == kind] for kind in ("ack", "message"))
    assert [(ack["id"], ack["message"]["seq"]) for ack in acks] == [(number, number + 1) for number in range(10)]
    assert [event["revision"] for event in events] == list(range(1, 11))
    await socket.close()


async def test_only_so_many_sends_may_wait(
    stage: Stage, client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MAX_IN_FLIGHT", 3)
    services.add_room("r", "ann")
    services.answers["SendMessages"] = Unavailable("away")
    monkeypatch.setattr("edge.sending.GIVE_UP_SECONDS", 0.0)
    socket = await logged_in(client, services, "ann")
    with services.paused("SendMessages"):
        for number in range(4):
            await socket.send_json(send_message("r", number))
        refused = await answer(socket)
        assert (refused["id"], refused["reason"]) == (3, "TOO_MANY_IN_FLIGHT")
    assert [(await answer(socket))["code"] for _ in range(3)] == ["unavailable"] * 3
    assert the_connection(stage).in_flight == 0
    await socket.close()


async def test_a_visitor_writes_only_so_much_a_minute_on_however_many_connections(
    stage: Stage, services: Services
) -> None:
    services.add_user("vera", is_guest=True, guest_room_id="r")
    services.add_room("r", "ann", "vera")
    services.answers["SendMessages"] = lambda request: message_pb2.SendMessagesResponse(
        results=[message_pb2.SendResult(message=services.logs["r"].write()) for _ in request.messages]
    )
    sent = [frames.SendMessage(room="r", message_id=f"{number:036}", body="hello") for number in range(8)]
    first, second, agent = [await stage.log_in(user_id) for user_id in ("vera", "vera", "ann")]
    for frame in sent[:3]:
        await stage.do(first, frame)
    with pytest.raises(RateLimited) as refused:
        await stage.do(second, sent[3])
    assert refused.value.reason == "TOO_MANY_MESSAGES"
    for frame in sent[4:]:
        await stage.do(agent, frame)
    await stage.backends.sender.drain()


async def test_who_leaves_before_its_message_is_stored_disturbs_nobody(
    stage: Stage, client: Client, services: Services
) -> None:
    services.add_room("r", "ann")
    services.answers["SendMessages"] = lambda request: message_pb2.SendMessagesResponse(
        results=[message_pb2.SendResult(message=services.logs["r"].write())]
    )
    socket = await logged_in(client, services, "ann")
    with services.paused("SendMessages"):
        await socket.send_json(send_message("r", 1))
        await until(lambda: services.asked("SendMessages"))
        await socket.close()
        await until(lambda: not len(stage.sockets))
    await stage.backends.sender.drain()
    assert len(services.logs["r"]) == 1


async def test_a_marker_is_not_set_beyond_the_end(stage: Stage, client: Client, services: Services) -> None:
    services.add_room("r", "ann").write()
    services.answers["MarkRead"] = lambda request: room_pb2.MarkReadResponse(markers=request.markers)
    socket = await logged_in(client, services, "ann")
    assert (await ask(socket, "mark_read", room="r", seq=99))["read_seq"] == 1
    await socket.close()


@pytest.mark.parametrize("change", ["token", "silence"])
async def test_time_ends_connections(stage: Stage, client: Client, services: Services, change: str) -> None:
    socket = await logged_in(client, services, "ann")
    connection = the_connection(stage)
    await stage.sockets.sweep()
    assert not connection.closing
    if change == "token":
        await ask(socket, "auth", token=services.token("ann", exp=time.time() - 1))  # good for a little longer
    else:
        connection.last_heard -= 1000
    await stage.sockets.sweep()
    assert await closed(socket) == {"token": 4401, "silence": 1013}[change]


async def test_who_does_not_log_in_is_sent_away(stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "AUTH_SECONDS", -1.0)
    socket = await connect(client)
    await until(lambda: len(stage.sockets))
    await stage.sockets.sweep()
    assert await closed(socket) == 4401


async def test_draining_tells_everybody_and_takes_nobody_new(stage: Stage, client: Client, services: Services) -> None:
    polite, stubborn = await logged_in(client, services, "ann"), await logged_in(client, services, "bob")
    draining = asyncio.create_task(stage.sockets.drain(0.2))
    for socket in (polite, stubborn):
        assert await answer(socket) == {"type": "reconnect", "after_ms": 200}
    with pytest.raises(Unavailable):
        await stage.sockets.accept(None)  # type: ignore[arg-type]  # it is not looked at
    await polite.close()
    assert await closed(stubborn) == 1012
    await draining


async def test_draining_ends_with_the_last_connection(stage: Stage, client: Client, services: Services) -> None:
    socket = await logged_in(client, services, "ann")
    draining = asyncio.create_task(stage.sockets.drain(60.0))
    assert (await answer(socket))["type"] == "reconnect"
    await socket.close()
    await asyncio.wait_for(draining, PATIENCE_SECONDS)


async def test_who_does_not_read_is_cut_off_in_bounded_memory_and_nobody_else_notices(
    stage: Stage, client: Client, services: Services
) -> None:
    log = services.add_room("r", "ann", "bob")
    good = await logged_in(client, services, "ann")
    slow = await not_reading(client, services.token("bob"))
    await until(lambda: len(stage.hub.rooms.get("r", ())) == 2)
    (connection,) = stage.hub.users["bob"]
    body, most = "x" * 4000, 0
    while len(log) < 6000 and not connection.closing:
        log.write(body=body)
        stage.hear("r", len(log))
        most = max(most, connection._transport.get_write_buffer_size())
        assert (await answer(good))["revision"] == len(log)
    assert connection.closing
    for _ in range(100):
        log.write(body=body)
        stage.hear("r", len(log))
        assert (await answer(good))["revision"] == len(log)
    assert connection._transport.get_write_buffer_size() <= most < WRITE_BUFFER_BYTES + 256 * 1024
    assert connection._abort is not None
    connection._abort._run()  # three seconds later
    connection._abort.cancel()
    await until(lambda: "bob" not in stage.hub.users)
    slow.close()
    await good.close()


async def not_reading(client: Client, token: str) -> sockets.socket:
    """A peer that logs in and reads nothing."""
    loop = asyncio.get_running_loop()
    peer = sockets.socket()
    peer.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    peer.setblocking(False)
    await loop.sock_connect(peer, (client.host, client.port))
    await loop.sock_sendall(peer, upgrade() + masked({"type": "auth", "token": token}))
    return peer


def upgrade(*headers: str) -> bytes:
    lines = [
        "GET /ws HTTP/1.1",
        "Host: edge",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def masked(frame: Frame) -> bytes:
    payload = json.dumps(frame).encode()
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload
