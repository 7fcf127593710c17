"""Runs one service, or one edge, as a process of its own."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

from prometheus_client import start_http_server

from auth_service.app import AuthSettings
from auth_service.app import running as auth
from edge.app import EdgeSettings
from edge.app import running as edge
from mesh import lifecycle, logs, settings
from message_service.app import MessageSettings
from message_service.app import running as message
from room_service.app import RoomSettings
from room_service.app import running as room

_SERVICES: dict[str, tuple[type[settings.Settings], Any]] = {
    "auth": (AuthSettings, auth),
    "edge": (EdgeSettings, edge),
    "message": (MessageSettings, message),
    "room": (RoomSettings, room),
}


def run(name: str) -> int:
    """Run a service until it is told to stop; exits with status 2 when its settings are wrong."""
    kind, running = _SERVICES[name]
    configured = settings.load(kind)
    logs.configure(configured.log_level, configured.log_format, process=name)
    if configured.metrics_listen:
        host, _, port = configured.metrics_listen.rpartition(":")
        start_http_server(int(port), host)
    service: AbstractAsyncContextManager[None] = running(configured)

    async def main(stop: asyncio.Event) -> None:
        async with service:
            await stop.wait()

    lifecycle.run(main)
    return 0
