"""The edge, put together: settings, connections, wiring, serving, draining."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from pydantic import field_validator

from edge import business_pages, health, jwks, rest, webclient
from edge.attendance import Attendance
from edge.backends import connect
from edge.handlers import Handlers
from edge.hub import Hub
from edge.limits import Limits
from edge.listening import BACKLOG, listen, refuse_more
from edge.live import LiveEvents
from edge.presence import REPORT_SECONDS, PresenceReporter
from edge.proxies import TrustedProxies
from edge.reconcile import Reconciler
from edge.rest import documents
from edge.websocket import SWEEP_SECONDS, Sockets
from mesh import access, broker, logs, tls
from mesh.announcer import announcing
from mesh.lifecycle import Tasks, every
from mesh.settings import Settings, checked_address

log = logs.get(__name__)

_MAX_REQUEST_LINE_BYTES = 64 * 1024
"""Longer than any query that is allowed, so that one that is too long is refused as such and not as broken HTTP."""
_SHUTDOWN_SECONDS = 5.0


class EdgeSettings(Settings):
    """Settings of an edge."""

    process = access.EDGE
    listen: str = "127.0.0.1:8000"
    """host:port of HTTP and WebSocket."""
    redis_url: str
    auth_target: str
    room_target: str
    message_target: str
    """Where the services are: host:port, several with commas between, or a name that resolves to all replicas."""
    heartbeat_seconds: int = 30
    drain_seconds: float = 5.0
    """On SIGTERM clients are told to move within this time."""
    frames_per_second: float = 50.0
    """What one connection may send, with bursts of twice as many."""
    logins_per_minute: int = 20
    """Attempts for one address, and for one username."""
    registrations_per_minute: int = 10
    """New accounts from one address."""
    chats_per_minute: int = 10
    """Chats that visitors open from one address."""
    business_chats_per_minute: int = 600
    """Chats that visitors open with one business."""
    visitor_messages_per_minute: int = 60
    """Messages of one visitor."""
    web_dir: str = ""
    """Folder with the built web client, for an installation without nginx; without one the API page is the start page."""
    uploads_per_minute: int = 30
    """Files from one user."""
    trusted_proxies: str = ""
    """Networks (CIDR, commas between) whose X-Forwarded-For is believed."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        TrustedProxies(_networks(value))
        return value

    @field_validator("web_dir")
    @classmethod
    def _is_built(cls, value: str) -> str:
        if value and not (Path(value) / webclient.PAGE).is_file():
            raise ValueError(f"has no {webclient.PAGE}: build the web client with `make web`")
        return value

    @field_validator("listen")
    @classmethod
    def _has_a_port(cls, value: str) -> str:
        return checked_address(value)


@asynccontextmanager
async def running(settings: EdgeSettings) -> AsyncIterator[None]:
    """Run an edge while the context lasts; ready when entered. At the end it drains."""
    async with AsyncExitStack() as stack:
        identity = await stack.enter_async_context(tls.identity(settings.tls_dir, settings.process))
        redis = await stack.enter_async_context(broker.connect(settings.redis_url))
        subscriber = await stack.enter_async_context(broker.subscriber(redis))
        backends = await stack.enter_async_context(
            connect(
                auth_target=settings.auth_target,
                room_target=settings.room_target,
                message_target=settings.message_target,
                identity=identity,
            )
        )
        hub = Hub(backends, subscriber)
        stack.push_async_callback(hub.close)
        attendance = Attendance(backends, hub, heartbeat_seconds=settings.heartbeat_seconds)
        live = LiveEvents(backends, hub, attendance)
        stack.push_async_callback(live.close)

        reconciler = Reconciler(backends, hub, attendance, subscriber)
        subscriber.on_reconnected = reconciler.broker_is_back
        backends.messages.replicas.on_break = reconciler.message_service_broke
        backends.rooms.replicas.on_break = reconciler.room_service_broke
        backends.auth.replicas.on_break = reconciler.auth_service_broke
        live.on_places_changed = lambda user_id: reconciler.memberships_of([user_id])
        await reconciler.open()
        stack.push_async_callback(reconciler.close)

        announce = await stack.enter_async_context(announcing(backends.live))
        presence = PresenceReporter(backends, hub)
        stack.callback(presence.close)
        limits = Limits(
            logins_per_minute=settings.logins_per_minute,
            registrations_per_minute=settings.registrations_per_minute,
            uploads_per_minute=settings.uploads_per_minute,
            chats_per_minute=settings.chats_per_minute,
            business_chats_per_minute=settings.business_chats_per_minute,
            visitor_messages_per_minute=settings.visitor_messages_per_minute,
        )
        sockets = Sockets(
            hub,
            Handlers(backends, hub, attendance=attendance, presence=presence, limits=limits, announce=announce),
            presence,
            heartbeat_seconds=settings.heartbeat_seconds,
            frames_per_second=settings.frames_per_second,
        )
        tasks = Tasks()
        stack.push_async_callback(tasks.close)
        tasks.start(every(SWEEP_SECONDS, sockets.sweep))
        tasks.start(every(REPORT_SECONDS, presence.report_all))

        app = web.Application()
        proxies = TrustedProxies(_networks(settings.trusted_proxies))
        rest.install(
            app,
            backends,
            limits,
            proxies,
        )
        jwks.install(app, backends.verifier)
        health.install(app, backends, subscriber, sockets)
        business_pages.install(app, backends, proxies)
        if settings.web_dir:
            webclient.install(app, Path(settings.web_dir))
        else:
            app.router.add_get("/", documents.show_page)
        app.router.add_get("/ws", sockets.accept)
        listener = listen(settings.listen)
        site = await _serve(stack, app, listener)
        log.info("serving", address=settings.listen)
        try:
            yield
        finally:
            await refuse_more(listener)
            await site.stop()
            await sockets.drain(settings.drain_seconds)
            await backends.sender.drain()


async def _serve(stack: AsyncExitStack, app: web.Application, listener: socket.socket) -> web.BaseSite:
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS, max_line_size=_MAX_REQUEST_LINE_BYTES
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.SockSite(runner, listener, backlog=BACKLOG)
    await site.start()
    return site


def _networks(setting: str) -> list[str]:
    return [network.strip() for network in setting.split(",") if network.strip()]
