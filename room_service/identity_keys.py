"""The public keys with which a business signs who its visitors are, and the reading of what it has signed.

A token is a JWT (RFC 7519) of at most an hour, for this business, signed with one of its keys. Only asymmetric signatures:
what we keep cannot be used to make a token, and cannot leak one.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from mesh.errors import Invalid, Unauthenticated
from room_service.business_model import Algorithm, Business, IdentityKey
from room_service.model import Milliseconds

MAX_KEYS = 5
MAX_SECONDS = 3600
MAX_SUBJECT_CHARACTERS = 200
_LEEWAY_SECONDS = 30
_SMALLEST_RSA_BITS = 2048
_KEY_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a business says of a visitor."""

    subject: str
    name: str = ""
    email: str = ""


def read(text: str, key_id: str, now: Milliseconds) -> IdentityKey:
    """Read a public key, in PEM or as a JWK; raises `Invalid`. Without an id it is given its own, or one made from it."""
    text = text.strip()
    key = _parsed(text)
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    key_id = key_id or _id_in(text) or hashlib.sha256(pem).hexdigest()[:16]
    if _KEY_ID.fullmatch(key_id) is None:
        raise _bad_key("A key's id is 1 to 64 letters, digits and any of . _ ~ -")
    return IdentityKey(key_id, _algorithm(key), pem.decode(), now)


def verify(business: Business, token: str, now: Milliseconds) -> Claims:
    """Read a token that this business must have signed; raises `Unauthenticated`."""
    try:
        key = _key_of(business.identity_keys, jwt.get_unverified_header(token).get("kid"))
        claims = jwt.decode(
            token,
            key.public_key,
            algorithms=[key.algorithm],
            audience=[business.id, business.slug],
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "aud"]},
        )
        said = Claims(str(claims["sub"]), str(claims.get("name") or "")[:80], str(claims.get("email") or "")[:254])
        "".join((said.subject, said.name, said.email)).encode()  # half a surrogate pair is no text
        if not 0 < len(said.subject) <= MAX_SUBJECT_CHARACTERS:
            raise jwt.InvalidTokenError
        if int(claims["exp"]) > now / 1000 + MAX_SECONDS + _LEEWAY_SECONDS:
            raise jwt.InvalidTokenError
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise Unauthenticated(
            "This token does not prove who the visitor is.", reason="IDENTITY_TOKEN_INVALID"
        ) from error
    return said


def _key_of(keys: Iterable[IdentityKey], key_id: object) -> IdentityKey:
    for key in keys:
        if key.key_id == key_id:
            return key
    raise jwt.InvalidTokenError("no such key")


def _parsed(text: str) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    try:
        if text.startswith("{"):
            jwk = json.loads(text)
            if "d" in jwk:
                raise _bad_key("This key is private. Keep it to yourself, and give us the public one.")
            key = jwt.PyJWK(jwk).key
        else:
            key = serialization.load_pem_public_key(text.encode())
    except (ValueError, KeyError, TypeError, UnsupportedAlgorithm, jwt.PyJWTError) as error:
        raise _bad_key("This is no public key in PEM or as a JWK.") from error
    if isinstance(key, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return key
    raise _bad_key("A key is Ed25519, P-256 or RSA.")


def _id_in(text: str) -> str:
    return str(json.loads(text).get("kid", "")) if text.startswith("{") else ""


def _algorithm(key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> Algorithm:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "EdDSA"
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA_BITS:
        return "RS256"
    raise _bad_key(f"A key is Ed25519, P-256 or RSA of {_SMALLEST_RSA_BITS:,} bits or more.")


def _bad_key(message: str) -> Invalid:
    return Invalid(message, reason="INVALID_KEY", field="public_key")
