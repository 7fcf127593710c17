import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import WSMessage, WSMsgType, web

from bench.load import Connection, Observer, connect, masked, message, paced, quantile
from edge.frames import SUBPROTOCOL, SendMessage, decode

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Server:
    """A real WebSocket server that keeps what it receives, answers `ping`, refuses `join_room` and closes on `auth`."""

    def __init__(self) -> None:
        self.received: list[WSMessage] = []
        self.address = ""

    async def upgrade(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(protocols=(SUBPROTOCOL,), autoping=False)
        await response.prepare(request)
        await response.ping()
        async for received in response:
            self.received.append(received)
            if received.type is WSMsgType.TEXT:
                await self._answer(response, received.data)
        return response

    async def _answer(self, response: web.WebSocketResponse, text: str) -> None:
        if '"type":"ping"' in text:
            await response.send_json({"type": "pong", "id": "ping"})
        elif '"type":"join_room"' in text:
            await response.send_json({"type": "error", "id": "join_room", "reason": "NOT_ALLOWED"})
        elif '"type":"auth"' in text:
            await response.close(code=4401, message=b"expired")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.add_routes([web.get("/ws", server.upgrade)])
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.address = "{}:{}".format(*runner.addresses[0])
    yield server
    await runner.cleanup()


@pytest.fixture
async def connection(server: Server) -> AsyncIterator[Connection]:
    connection = await connect(server.address)
    yield connection
    connection.close()


def server_frame(payload: bytes) -> bytes:
    if len(payload) < 126:
        return bytes((0x81, len(payload))) + payload
    if len(payload) < 65536:
        return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload
    return b"\x81\x7f" + len(payload).to_bytes(8, "big") + payload


@pytest.mark.parametrize(
    ("sizes", "cuts"), [([0, 1, 125, 126, 470], range(1, 800)), ([65535, 65536, 1], range(4000, 4010))]
)
async def test_frames_are_counted_wherever_the_stream_is_cut(sizes: list[int], cuts: range) -> None:
    payloads = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    stream = UPGRADED + b"".join(map(server_frame, payloads))
    for cut in cuts:
        connection = Connection("127.0.0.1:0")
        seen: list[bytes] = []
        connection.observer = seen.append
        for start in range(0, len(stream), cut):
            connection.data_received(stream[start : start + cut])
        assert (connection.frames, seen) == (len(payloads), payloads)


async def test_a_masked_frame_arrives_as_it_was(server: Server, connection: Connection) -> None:
    texts = ["", "ä", "x" * 125, "x" * 126, "x" * 4000]
    for text in texts:
        connection.send(masked(text.encode()))
    await connection.request("ping")
    assert [frame.data for frame in server.received if frame.type is WSMsgType.TEXT][:-1] == texts


async def test_a_message_is_a_valid_frame_with_a_body_of_100_characters(server: Server, connection: Connection) -> None:
    connection.send(message("room", time.monotonic_ns()))
    await connection.request("ping")
    [frame] = [decode(frame.data) for frame in server.received if "send_message" in str(frame.data)]
    assert isinstance(frame, SendMessage)
    assert (frame.room, len(frame.body)) == ("room", 100)


async def test_a_ping_of_the_protocol_is_answered(server: Server, connection: Connection) -> None:
    await connection.request("ping")  # what the server sent before has been read when this is answered
    await connection.request("ping")
    assert WSMsgType.PONG in [frame.type for frame in server.received]


async def test_a_refused_request_raises_the_servers_reason(connection: Connection) -> None:
    with pytest.raises(ConnectionError, match="NOT_ALLOWED"):
        await connection.request("join_room", room="room")


async def test_a_request_does_not_wait_for_a_connection_that_the_server_closes(connection: Connection) -> None:
    with pytest.raises(ConnectionError, match="expired"):
        await connection.request("auth", token="old")


async def test_a_refused_upgrade_is_an_error() -> None:
    connection = Connection("127.0.0.1:0")
    connection.data_received(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
    with pytest.raises(ConnectionError, match="503"):
        await connection.opened


async def test_sending_keeps_to_its_schedule() -> None:
    due: list[tuple[int, int]] = []
    started = time.monotonic_ns()
    await paced(1000, 50, lambda number, at: due.append((number, at)))
    assert [number for number, _ in due] == list(range(50))
    assert due[-1][1] - started >= 48e6
    assert all(at <= time.monotonic_ns() for _, at in due)


def test_what_is_observed_is_sorted_into_acks_deliveries_and_errors() -> None:
    observer = Observer()
    body = f"{time.monotonic_ns():020d}".ljust(100, "x")
    for frame in (
        {"type": "ack", "id": 1, "message": {"body": body}},
        {"type": "message", "room": "r", "revision": 1, "message": {"body": body}},
        {"type": "error", "reason": "NOT_A_MEMBER"},
        {"type": "typing", "on": True},
    ):
        observer(msgspec.json.encode(frame))
    assert (len(observer.acks), len(observer.deliveries), len(observer.errors)) == (1, 1, 1)
    assert 0 <= observer.acks[0] <= observer.deliveries[0]


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [quantile(values, share) for share in (0.5, 0.99, 1)] == [50, 99, 100]
    assert quantile([7.0], 0.5) == 7
