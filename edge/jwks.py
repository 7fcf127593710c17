"""`/.well-known/jwks.json`: the public keys of access tokens, for backends that verify tokens themselves (RFC 7517)."""

from typing import Any

from aiohttp import web
from jwt.algorithms import OKPAlgorithm

from edge.identity import Verifier

_CACHE = "public, max-age=60"


def install(app: web.Application, verifier: Verifier) -> None:
    """Add the route."""

    async def jwks(_request: web.Request) -> web.Response:
        return web.json_response(
            {"keys": [_jwk(key_id, key) for key_id, key in verifier.keys().items()]},
            headers={"Cache-Control": _CACHE},
        )

    app.router.add_get("/.well-known/jwks.json", jwks)


def _jwk(key_id: str, key: Any) -> dict[str, Any]:
    return {**OKPAlgorithm.to_jwk(key, as_dict=True), "kid": key_id, "use": "sig", "alg": "EdDSA"}
