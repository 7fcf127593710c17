"""Reference for fan-out: an aiohttp process that writes one ready frame to each of its WebSockets, and nothing else."""

import asyncio
import sys

import uvloop
from aiohttp import WSMsgType, web

from edge.frames import SUBPROTOCOL


class Fan:
    """All connections, and the frame that they get."""

    def __init__(self, frame_bytes: int) -> None:
        payload_bytes = frame_bytes - 4
        self._frame = b"\x81\x7e" + payload_bytes.to_bytes(2, "big") + b"x" * payload_bytes
        self._transports: set[asyncio.Transport] = set()

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Hold a connection."""
        response = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
        await response.prepare(request)
        assert request.transport
        self._transports.add(transport := request.transport)
        async for received in response:
            if received.type is WSMsgType.ERROR:
                break
        self._transports.discard(transport)
        return response

    async def run(self, request: web.Request) -> web.Response:
        """Write `count` times to all, at `rate` a second on an absolute schedule, one frame a turn of the event loop."""
        rate, left = float(request.query["rate"]), int(request.query["count"])
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        due = loop.time()

        def write() -> None:
            nonlocal left, due
            for transport in self._transports:
                transport.write(self._frame)
            left -= 1
            due += 1 / rate
            if left:
                loop.call_at(due, write)
            else:
                done.set_result(None)

        write()
        await done
        return web.Response()


def main() -> None:
    """Serve until stopped: `port frame_bytes`."""
    fan = Fan(int(sys.argv[2]))
    app = web.Application()
    app.add_routes([web.get("/ws", fan.socket), web.post("/run", fan.run)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=uvloop.new_event_loop(), access_log=None)


if __name__ == "__main__":
    main()
