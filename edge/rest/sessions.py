"""Who makes a request: the owner of its access token, as long as the session stands."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from aiohttp import hdrs, web

from edge.identity import Identity, Verifier
from mesh.errors import Unauthenticated
from parlance.auth.v1 import auth_pb2

REMEMBERED_SECONDS = 5.0
_MAX_REMEMBERED = 10_000


class Sessions:
    """Identifies callers. That a session stands is remembered for five seconds, so that most requests need not ask."""

    def __init__(self, verifier: Verifier, *, now: Callable[[], float] = time.monotonic) -> None:
        self._verifier = verifier
        self._now = now
        self._standing: OrderedDict[str, tuple[bool, float]] = OrderedDict()

    async def identify(self, request: web.Request) -> Identity:
        """The owner of the request's token, with the role that the account has now; raises `Unauthenticated`."""
        identity = await self._verifier.verify(_bearer_token(request))
        return replace(identity, is_admin=await self._is_admin(identity))

    def forget(self) -> None:
        """Sessions have ended or roles have changed: believe nothing that was heard before."""
        self._standing.clear()

    async def _is_admin(self, identity: Identity) -> bool:
        is_admin, until = self._standing.get(identity.session_id, (False, 0.0))
        now = self._now()
        if now < until:
            return is_admin
        user = await self._verifier.check_session(identity)
        is_admin = user.role == auth_pb2.ROLE_ADMIN
        self._standing[identity.session_id] = is_admin, now + REMEMBERED_SECONDS
        self._standing.move_to_end(identity.session_id)
        if len(self._standing) > _MAX_REMEMBERED:
            self._standing.popitem(last=False)
        return is_admin


def _bearer_token(request: web.Request) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Log in first: this needs an access token.", reason="TOKEN_MISSING")
    return token.strip()
