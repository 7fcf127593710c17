"""Who a token belongs to: verified here, with keys fetched from auth_service, and checked for sessions that have ended."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import ParlanceError, Unauthenticated
from mesh.rpc import Client
from parlance.auth.v1 import auth_pb2 as pb

if TYPE_CHECKING:
    from parlance.auth.v1.auth_pb2_grpc import AuthServiceAsyncStub

log = logs.get(__name__)

ISSUER = "parlance"
REFRESH_KEYS_SECONDS = 60.0
_UNKNOWN_KEY_PAUSE_SECONDS = 1.0
_LEEWAY_SECONDS = 5
_MAX_VERIFIED = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The owner of a token."""

    user_id: str
    session_id: str
    name: str
    is_admin: bool
    is_guest: bool
    room_id: str
    """The only room that a guest may enter; empty for everybody else."""
    expires_at: float
    """When the token ends, in seconds since 1970."""


class Verifier:
    """Verifies access tokens."""

    def __init__(self, auth: Client["AuthServiceAsyncStub"]) -> None:
        self._auth = auth
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._verified: OrderedDict[str, Identity] = OrderedDict()
        self._looked = float("-inf")
        self._looking = asyncio.Lock()
        self._checks: Batcher[str, pb.User | None] = Batcher(self._check_batch, max_batch=500)

    def keys(self) -> Mapping[str, Ed25519PublicKey]:
        """The keys that are known, by id; empty until auth_service could be asked."""
        return self._keys

    async def keep_keys(self) -> None:
        """Fetch the keys now and from time to time, for ever."""
        while True:
            try:
                await self.load_keys()
                await asyncio.sleep(REFRESH_KEYS_SECONDS)
            except ParlanceError as error:
                log.warning("keys_not_loaded", error=error.message)
                await asyncio.sleep(_UNKNOWN_KEY_PAUSE_SECONDS)

    async def load_keys(self) -> None:
        """Fetch the public keys; keeps those it has when auth_service is away."""
        response = await self._auth.call(lambda stub: stub.GetSigningKeys, pb.GetSigningKeysRequest(), retry=True)
        keys = {key.key_id: Ed25519PublicKey.from_public_bytes(key.public_key) for key in response.keys}
        if keys.keys() != self._keys.keys():
            self._verified.clear()
        self._keys = keys

    async def verify(self, token: str) -> Identity:
        """Whose token this is; raises `Unauthenticated` for one that is forged, expired or of an unknown key.

        Remembered: a token comes with each request of its owner, and is the same for a quarter of an hour.
        """
        identity = self._verified.get(token)
        if identity is None or time.time() >= identity.expires_at:
            identity = self._verified[token] = await self._verify(token)
            if len(self._verified) > _MAX_VERIFIED:
                self._verified.popitem(last=False)
        return identity

    async def _verify(self, token: str) -> Identity:
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""))
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                issuer=ISSUER,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "sub"]},
            )
            return Identity(
                user_id=claims["sub"],
                session_id=claims["sid"],
                name=claims["name"],
                is_admin=claims["role"] == "admin",
                is_guest=claims["guest"],
                room_id=claims.get("room", ""),
                expires_at=float(claims["exp"]),
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("The login has expired. Log in again.", reason="TOKEN_EXPIRED") from error
        except (jwt.InvalidTokenError, KeyError, UnicodeError) as error:
            raise Unauthenticated("This token is not valid. Log in again.", reason="TOKEN_INVALID") from error

    async def check_session(self, identity: Identity) -> pb.User:
        """The account as it is now; raises `Unauthenticated` when the session has ended since the token was made."""
        user = await self._checks.submit(identity.session_id)
        if user is None:
            raise Unauthenticated("This session has ended. Log in again.", reason="SESSION_ENDED")
        return user

    async def _check_batch(self, session_ids: Sequence[str]) -> list[pb.User | None]:
        request = pb.CheckSessionsRequest(session_ids=set(session_ids))
        response = await self._auth.call(lambda stub: stub.CheckSessions, request, retry=True)
        active = {session.session_id: session.user for session in response.sessions}
        return [active.get(session_id) for session_id in session_ids]

    async def _key(self, key_id: str) -> Ed25519PublicKey:
        """The key of this id. One that is not known may be new: look, but not for every made-up id."""
        if key_id not in self._keys:
            await self._look_for(key_id)
        if key_id not in self._keys:
            raise Unauthenticated("This token is not valid. Log in again.", reason="TOKEN_INVALID")
        return self._keys[key_id]

    async def _look_for(self, key_id: str) -> None:
        async with self._looking:
            if key_id in self._keys or time.monotonic() - self._looked < _UNKNOWN_KEY_PAUSE_SECONDS:
                return
            try:
                await self.load_keys()
            except ParlanceError as error:
                log.warning("keys_not_loaded", error=error.message)
            self._looked = time.monotonic()
