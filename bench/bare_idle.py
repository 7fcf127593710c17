"""Reference for idle connections: an aiohttp process that accepts WebSockets and waits."""

import sys

import uvloop
from aiohttp import web

from edge.frames import SUBPROTOCOL


async def socket(request: web.Request) -> web.WebSocketResponse:
    """Hold a connection."""
    response = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
    await response.prepare(request)
    await response.receive()
    return response


def main() -> None:
    """Serve until stopped: `port`."""
    app = web.Application()
    app.add_routes([web.get("/ws", socket)])
    loop = uvloop.new_event_loop()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=loop, access_log=None, backlog=1024)


if __name__ == "__main__":
    main()
