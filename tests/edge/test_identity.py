import asyncio
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge import identity
from edge.identity import Verifier
from mesh import context
from mesh.errors import Unauthenticated, Unavailable
from tests.edge.stage import Services, Stage
from tests.patience import until


@pytest.fixture
async def verifier(stage: Stage) -> Verifier:
    """One that has just fetched the keys."""
    await until(stage.backends.verifier.keys)
    return stage.backends.verifier


async def refusal(verifier: Verifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as error:
        await verifier.verify(token)
    return error.value.reason


def forged(services: Services, *, key: Any = None, algorithm: str = "EdDSA", kid: str = "key") -> str:
    """A token that says what a good one says, but is signed otherwise."""
    claims = jwt.decode(services.token("ann"), options={"verify_signature": False})
    return jwt.encode(claims, key or Ed25519PrivateKey.generate(), algorithm=algorithm, headers={"kid": kid})


async def test_a_token_tells_whose_it_is(verifier: Verifier, services: Services) -> None:
    services.add_user("gus", is_guest=True, guest_room_id="r")
    expires_at = time.time() + 60
    guest = await verifier.verify(services.token("gus", exp=expires_at))
    assert (guest.user_id, guest.session_id, guest.name) == ("gus", "session-gus", "Gus")
    assert (guest.is_guest, guest.room_id, guest.is_admin) == (True, "r", False)
    assert guest.expires_at == expires_at
    assert (await verifier.verify(services.token("ann", role="admin"))).is_admin


async def test_a_forged_token_is_refused(verifier: Verifier, services: Services) -> None:
    good = services.token("ann")
    header, claims, signature = good.split(".")
    for token in (
        forged(services),
        forged(services, key="x" * 32, algorithm="HS256"),
        jwt.encode({"sub": "ann"}, "", algorithm="none", headers={"kid": "key"}),
        f"{header}.{claims}.",
        f"{header}.{claims[:-4]}AAAA.{signature}",
        "not.a.token",
        "",
        "\udcff",
        "ä.ö.ü",
    ):
        assert await refusal(verifier, token) == "TOKEN_INVALID", token


async def test_a_token_without_what_is_needed_or_of_another_issuer_is_refused(
    verifier: Verifier, services: Services
) -> None:
    assert await refusal(verifier, services.token("ann", iss="somebody")) == "TOKEN_INVALID"
    complete = jwt.decode(services.token("ann"), options={"verify_signature": False})
    for claim in ("exp", "sub", "sid", "role"):
        claims = {name: value for name, value in complete.items() if name != claim}
        token = jwt.encode(claims, services._key, algorithm="EdDSA", headers={"kid": "key"})
        assert await refusal(verifier, token) == "TOKEN_INVALID", claim


async def test_an_expired_token_says_so(verifier: Verifier, services: Services) -> None:
    assert await refusal(verifier, services.token("ann", exp=time.time() - 60)) == "TOKEN_EXPIRED"


async def test_made_up_keys_are_looked_for_once(verifier: Verifier, services: Services) -> None:
    before = len(services.asked("GetSigningKeys"))
    tokens = [forged(services, kid=f"made up {number}") for number in range(20)]
    reasons = await asyncio.gather(*(refusal(verifier, token) for token in tokens))
    assert set(reasons) == {"TOKEN_INVALID"}
    assert len(services.asked("GetSigningKeys")) == before + 1


async def test_a_new_key_is_found_by_the_first_token_that_it_signed(verifier: Verifier, services: Services) -> None:
    new = Services()
    old = services.answers["GetSigningKeys"]
    assert not callable(old)
    for key in new.answers["GetSigningKeys"].keys:  # type: ignore[union-attr]  # it is the response itself
        old.keys.add(key_id="new", public_key=key.public_key)  # type: ignore[union-attr]
    claims = jwt.decode(services.token("ann"), options={"verify_signature": False})
    token = jwt.encode(claims, new._key, algorithm="EdDSA", headers={"kid": "new"})
    assert (await verifier.verify(token)).user_id == "ann"
    assert sorted(verifier.keys()) == ["key", "new"]


async def test_a_token_that_was_good_is_refused_when_its_key_is_gone(verifier: Verifier, services: Services) -> None:
    token = services.token("ann")
    assert await verifier.verify(token) is await verifier.verify(token)
    services.answers["GetSigningKeys"].keys[0].key_id = "another"  # type: ignore[union-attr]  # it is the response itself
    await verifier.load_keys()
    assert await refusal(verifier, token) == "TOKEN_INVALID"


async def test_keys_are_kept_while_auth_service_is_away(verifier: Verifier, services: Services) -> None:
    services.answers["GetSigningKeys"] = Unavailable("away")
    with pytest.raises(Unavailable), context.deadline(0.2):
        await verifier.load_keys()
    assert (await verifier.verify(services.token("ann"))).user_id == "ann"


async def test_who_looks_for_a_made_up_key_holds_nobody_up(verifier: Verifier, services: Services) -> None:
    before = len(services.asked("GetSigningKeys"))
    with services.paused("GetSigningKeys"):
        looking = asyncio.create_task(refusal(verifier, forged(services, kid="made up")))
        await until(lambda: len(services.asked("GetSigningKeys")) > before)
        assert (await verifier.verify(services.token("ann"))).user_id == "ann"
        assert not looking.done()
    assert await looking == "TOKEN_INVALID"


async def test_the_keys_are_asked_for_until_they_come(
    services: Services, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_UNKNOWN_KEY_PAUSE_SECONDS", 0.0)
    keys, services.answers["GetSigningKeys"] = services.answers["GetSigningKeys"], Unauthenticated("no")
    verifier = Verifier(stage.backends.auth)
    keeping = asyncio.create_task(verifier.keep_keys())
    before = len(services.asked("GetSigningKeys"))
    await until(lambda: len(services.asked("GetSigningKeys")) > before + 2)
    services.answers["GetSigningKeys"] = keys
    await until(verifier.keys)
    keeping.cancel()


async def test_sessions_are_checked_together_and_one_that_has_ended_is_told(
    verifier: Verifier, services: Services
) -> None:
    people = [await verifier.verify(services.token(name)) for name in ("ann", "bob", "cid")]
    services.ended.add("session-bob")
    found = await asyncio.gather(*map(verifier.check_session, people), return_exceptions=True)
    assert isinstance(found[1], Unauthenticated)
    assert found[1].reason == "SESSION_ENDED"
    assert [user.id for user in (found[0], found[2]) if not isinstance(user, BaseException)] == ["ann", "cid"]
    assert len(services.asked("CheckSessions")) == 1
