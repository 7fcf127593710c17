"""Access tokens, and the keys that sign them.

A token is a JWT signed with Ed25519 (RFC 7519, RFC 8037). Every replica signs with the newest key; whoever verifies
fetches all keys and picks by id. So a rotation logs nobody out: a retired key stays listed until the last token that it
may have signed is over, with a margin for replicas that have not yet heard of its retirement.

Private keys lie in the database as they are: they are as secret as the database. Who can write there can become anybody
without them, and wrapping them with a secret of this process would only move the question to where that secret lies. So
what protects the database (access control, encrypted disks and backups) protects them. Should one leak, rotate: the old
key is refused as soon as it is no longer listed.
"""

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from uuid_utils.compat import uuid7

from auth_service.model import Clock, SigningKey, User
from auth_service.store import SigningKeys
from mesh import logs

log = logs.get(__name__)

ISSUER = "parlance"
RELOAD_SECONDS = 60.0
_MARGIN_MS = 5 * 60 * 1000


class Tokens:
    """Issues access tokens, and keeps the keys for it."""

    def __init__(self, keys: SigningKeys, *, lifetime_seconds: int, now: Clock) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._keys = keys
        self._now = now
        self._current: SigningKey  # there from `open` on

    async def open(self) -> None:
        """Get ready to sign. The first start of an installation makes its first key; two at once may make two."""
        await self._remove_unlisted()
        await self.reload()

    def issue(self, user: User, session_id: str) -> str:
        """Sign a token that says who somebody is."""
        key, issued = self._current, self._now() // 1000
        claims = {
            "iss": ISSUER,
            "sub": user.id,
            "sid": session_id,
            "name": user.display_name,
            "role": user.role.value,
            "guest": user.is_guest,
            "iat": issued,
            "exp": issued + self.lifetime_seconds,
        }
        if user.is_guest:
            claims["room"] = user.guest_room_id
        private_key = Ed25519PrivateKey.from_private_bytes(key.private_key)
        return jwt.encode(claims, private_key, algorithm="EdDSA", headers={"kid": key.id})

    async def reload(self) -> None:
        """Find out which key signs: of those that are not retired the newest, the same for all replicas."""
        active = [key for key in await self._keys.all() if key.retired_ms is None]
        self._current = max(active, key=_age) if active else await self._add()

    async def listed(self) -> list[SigningKey]:
        """All keys that a token which is still good may have been signed with, the newest first."""
        keys = [key for key in await self._keys.all() if self._is_listed(key)]
        return sorted(keys, key=_age, reverse=True)

    async def rotate(self) -> SigningKey:
        """Make a new key, which signs from now on, and retire those before it.

        Of several rotations at once one key at least stays: each retires only what it found before it made its own.
        """
        await self._remove_unlisted()
        before = await self._keys.all()
        new = await self._add()
        for key in before:
            if key.retired_ms is None:
                await self._keys.retire(key.id, self._now())
        log.info("signing_key_rotated", key=new.id)
        await self.reload()
        return new

    async def _add(self) -> SigningKey:
        private_key = Ed25519PrivateKey.generate()
        key = SigningKey(
            id=str(uuid7()),
            private_key=private_key.private_bytes_raw(),
            public_key=private_key.public_key().public_bytes_raw(),
            created_ms=self._now(),
        )
        await self._keys.add(key)
        return key

    async def _remove_unlisted(self) -> None:
        for key in await self._keys.all():
            if not self._is_listed(key):
                await self._keys.remove(key.id)

    def _is_listed(self, key: SigningKey) -> bool:
        return key.retired_ms is None or key.retired_ms + self.lifetime_seconds * 1000 + _MARGIN_MS > self._now()


def _age(key: SigningKey) -> tuple[int, str]:
    return key.created_ms, key.id
