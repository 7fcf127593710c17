"""Runs one service, or one edge, as a process of its own."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module

from prometheus_client import start_http_server

from mesh import lifecycle, logs
from mesh.settings import Settings, load

_SETTINGS = {
    "auth": ("auth_service.app", "AuthSettings"),
    "edge": ("edge.app", "EdgeSettings"),
    "message": ("message_service.app", "MessageSettings"),
    "room": ("room_service.app", "RoomSettings"),
}
"""Where each one's settings are, and beside them `running`. A process imports nothing of the others."""


def run(name: str) -> int:
    """Run a service until it is told to stop; exits with status 2 when its settings are wrong."""
    module_name, settings_name = _SETTINGS[name]
    module = import_module(module_name)
    kind: type[Settings] = getattr(module, settings_name)
    running: Callable[[Settings], AbstractAsyncContextManager[None]] = module.running
    configured = load(kind)
    logs.configure(configured.log_level, configured.log_format, process=name)
    if configured.metrics_listen:
        host, _, port = configured.metrics_listen.rpartition(":")
        start_http_server(int(port), host)

    async def main(stop: asyncio.Event) -> None:
        async with running(configured):
            await stop.wait()

    lifecycle.run(main)
    return 0
