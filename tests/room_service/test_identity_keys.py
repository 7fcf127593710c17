import json
import time
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from mesh.errors import Invalid, Unauthenticated
from room_service import identity_keys
from room_service.business_model import Business, Profile

NOW_MS = time.time_ns() // 1_000_000
ED25519 = ed25519.Ed25519PrivateKey.generate()
P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
ACME = Business(id="b-1", slug="acme", profile=Profile("Acme"), created_at=0)


def pem(private_key: Any) -> str:
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    text: str = private_key.public_key().public_bytes(serialization.Encoding.PEM, public).decode()
    return text


def business(private_key: Any, key_id: str = "k1") -> Business:
    return replace(ACME, identity_keys=(identity_keys.read(pem(private_key), key_id, NOW_MS),))


def token(private_key: Any = ED25519, algorithm: str = "EdDSA", kid: str = "k1", **claims: Any) -> str:
    payload = {"sub": "customer-7", "aud": "acme", "exp": time.time() + 600} | claims
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, private_key, algorithm, headers={"kid": kid})


@pytest.mark.parametrize(
    ("private_key", "algorithm"), [(ED25519, "EdDSA"), (P256, "ES256"), (RSA, "RS256")], ids=["EdDSA", "ES256", "RS256"]
)
def test_a_token_that_the_business_signed_says_who_the_visitor_is(private_key: Any, algorithm: str) -> None:
    signed = token(private_key, algorithm, name="Ada", email="ada@example.org")
    claims = identity_keys.verify(business(private_key), signed, NOW_MS)
    assert claims == identity_keys.Claims("customer-7", "Ada", "ada@example.org")


def test_the_business_may_be_named_by_its_id() -> None:
    assert identity_keys.verify(business(ED25519), token(aud="b-1"), NOW_MS).subject == "customer-7"


@pytest.mark.parametrize(
    "forged",
    [
        token(ed25519.Ed25519PrivateKey.generate()),
        token(kid="k2"),
        token(aud="other"),
        token(aud=None),
        token(sub=""),
        token(sub=None),
        token(exp=time.time() - 60),
        token(exp=time.time() + 7200),
        token(exp=None),
        token(exp=str(int(time.time()) + 7200)),
        token(exp=float("inf")),
        token(sub="\ud800"),
        token(name="\ud800"),
        token("0123456789abcdef0123456789abcdef", "HS256"),
        jwt.encode({"sub": "x", "aud": "acme", "exp": time.time() + 60}, None, "none", headers={"kid": "k1"}),
        "not.a.token",
        "",
    ],
)
def test_any_other_token_says_nothing(forged: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        identity_keys.verify(business(ED25519), forged, NOW_MS)
    assert refused.value.reason == "IDENTITY_TOKEN_INVALID"


def test_the_public_key_itself_is_no_secret_to_sign_with() -> None:
    header = jwt.utils.base64url_encode(json.dumps({"alg": "HS256", "kid": "k1"}).encode())
    payload = jwt.utils.base64url_encode(json.dumps({"sub": "x", "aud": "acme", "exp": time.time() + 60}).encode())
    signed = header + b"." + payload
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed, pem(RSA).encode())
    forged = signed + b"." + jwt.utils.base64url_encode(signature)
    with pytest.raises(Unauthenticated):
        identity_keys.verify(business(RSA), forged.decode(), NOW_MS)


def test_a_jwk_is_taken_with_its_own_id() -> None:
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(P256.public_key())) | {"kid": "from-jwk"}
    key = identity_keys.read(json.dumps(jwk), "", NOW_MS)
    assert (key.key_id, key.algorithm, key.public_key) == ("from-jwk", "ES256", pem(P256))


def test_a_key_without_an_id_is_given_one_that_is_always_the_same() -> None:
    first, again = (identity_keys.read(pem(ED25519), "", NOW_MS) for _ in range(2))
    assert first == again
    assert first.key_id


PRIVATE_JWK = jwt.algorithms.ECAlgorithm.to_jwk(P256)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{}",
        '{"kty": "oct", "k": "c2VjcmV0"}',
        PRIVATE_JWK,
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 1024)),
    ],
)
def test_what_is_no_public_key_of_a_known_kind_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        identity_keys.read(text, "k", NOW_MS)
    assert refused.value.reason == "INVALID_KEY"
