"""The REST API, its descriptions, and the page that shows them."""

from aiohttp import web

from edge import problems
from edge.backends import Backends
from edge.limits import Limits
from edge.proxies import TrustedProxies
from edge.rest import (
    agents,
    attachments,
    auth,
    businesses,
    canned_replies,
    chats,
    conversations,
    documents,
    leads,
    logins,
    members,
    messages,
    public_businesses,
    rooms,
    search,
    users,
)
from edge.rest.cross_origin import CrossOrigin
from edge.rest.routing import Endpoint, Services, routes_of
from edge.rest.sessions import Sessions

ROUTES = tuple(
    routes_of(
        auth,
        logins,
        users,
        rooms,
        members,
        messages,
        attachments,
        search,
        businesses,
        agents,
        canned_replies,
        conversations,
        leads,
        public_businesses,
        chats,
    )
)
"""Every route under /api."""


def install(app: web.Application, backends: Backends, limits: Limits, proxies: TrustedProxies) -> None:
    """Add the API to an application that has not started yet."""
    services = Services(backends, Sessions(backends.verifier), limits, proxies)
    app.middlewares.extend((problems.middleware, CrossOrigin(backends).middleware))
    for route in ROUTES:
        app.router.add_route(route.method, route.path, Endpoint(route, services).handle)
    documents.install(app, ROUTES)
