"""`/healthz`: the process runs. `/readyz`: it can serve, and if not, why. `/metrics`: for Prometheus."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from edge.backends import Backends
from edge.websocket import Sockets
from mesh.broker import Subscriber


def install(app: web.Application, backends: Backends, subscriber: Subscriber, sockets: Sockets) -> None:
    """Add the three routes."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        faults = {
            "draining": sockets.draining,
            "deaf to Redis": subscriber.deaf,
            "no signing keys": not backends.verifier.keys(),
            "auth_service unreachable": not backends.auth.replicas.reachable(),
            "room_service unreachable": not backends.rooms.replicas.reachable(),
            "message_service unreachable": not backends.messages.replicas.reachable(),
        }
        found = [fault for fault, present in faults.items() if present]
        answer = {"status": "not ready" if found else "ready", "faults": found}
        return web.json_response(answer, status=503 if found else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
