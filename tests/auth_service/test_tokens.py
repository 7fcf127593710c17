import asyncio
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from auth_service import store
from auth_service.model import Role, SigningKey, User
from auth_service.tokens import Tokens
from mesh.database import Database
from tests.auth_service.conftest import ACCESS_SECONDS, Clock

ADA = User(id="user-1", username="ada", display_name="Ada", role=Role.ADMIN, created_ms=0)
GUEST = User(id="user-2", display_name="Guest", is_guest=True, guest_room_id="room-1", created_ms=0)
MARGIN_SECONDS = 300


def replica(database: Database, clock: Clock) -> Tokens:
    return Tokens(store.SigningKeys(database), lifetime_seconds=ACCESS_SECONDS, now=clock)


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def verified(token: str, tokens: Tokens) -> dict[str, Any]:
    """The claims, checked as an edge does it."""
    keys: dict[str, SigningKey] = {key.id: key for key in await tokens.listed()}
    public_key = Ed25519PublicKey.from_public_bytes(keys[kid(token)].public_key)
    claims: dict[str, Any] = jwt.decode(token, public_key, algorithms=["EdDSA"], issuer="parlance")
    return claims


async def test_a_token_says_who_somebody_is(tokens: Tokens, clock: Clock) -> None:
    assert await verified(tokens.issue(ADA, "session-1"), tokens) == {
        "iss": "parlance",
        "sub": "user-1",
        "sid": "session-1",
        "name": "Ada",
        "role": "admin",
        "guest": False,
        "iat": clock() // 1000,
        "exp": clock() // 1000 + ACCESS_SECONDS,
    }


async def test_a_guests_token_names_its_only_room(tokens: Tokens) -> None:
    claims = await verified(tokens.issue(GUEST, "session-1"), tokens)
    assert (claims["guest"], claims["room"], claims["role"]) == (True, "room-1", "user")


async def test_the_key_survives_a_restart(database: Database, clock: Clock, tokens: Tokens) -> None:
    restarted = replica(database, clock)
    await restarted.open()
    assert kid(restarted.issue(ADA, "s")) == kid(tokens.issue(ADA, "s"))


async def test_replicas_that_start_at_once_soon_sign_with_one_key_and_verify_both(
    database: Database, clock: Clock
) -> None:
    first, second = replica(database, clock), replica(database, clock)
    await asyncio.gather(first.open(), second.open())
    early = [first.issue(ADA, "s"), second.issue(ADA, "s")]
    await asyncio.gather(first.reload(), second.reload())

    assert kid(first.issue(ADA, "s")) == kid(second.issue(ADA, "s"))
    for token in early:
        assert (await verified(token, second))["sub"] == ADA.id


async def test_rotation_changes_the_key_and_logs_nobody_out(database: Database, clock: Clock, tokens: Tokens) -> None:
    before = tokens.issue(ADA, "s")
    new = await tokens.rotate()
    after = tokens.issue(ADA, "s")

    assert kid(before) != kid(after) == new.id
    assert (await tokens.listed())[0].id == new.id
    for token in (before, after):
        assert (await verified(token, tokens))["sub"] == ADA.id


async def test_another_replica_lists_a_new_key_at_once_and_signs_with_it_after_it_has_read_again(
    database: Database, clock: Clock, tokens: Tokens
) -> None:
    other = replica(database, clock)
    await other.open()
    new = await tokens.rotate()

    assert (await verified(tokens.issue(ADA, "s"), other))["sub"] == ADA.id
    late = other.issue(ADA, "s")
    assert (await verified(late, tokens))["sub"] == ADA.id
    await other.reload()
    assert kid(other.issue(ADA, "s")) == new.id


async def test_a_retired_key_is_listed_until_its_last_token_is_over_and_then_removed(
    database: Database, clock: Clock, tokens: Tokens
) -> None:
    old = (await tokens.listed())[0]
    await tokens.rotate()
    clock.advance(ACCESS_SECONDS + MARGIN_SECONDS - 1)
    assert old.id in {key.id for key in await tokens.listed()}
    clock.advance(2)
    assert old.id not in {key.id for key in await tokens.listed()}

    stored = store.SigningKeys(database)
    assert old.id in {key.id for key in await stored.all()}
    await replica(database, clock).open()
    assert old.id not in {key.id for key in await stored.all()}


async def test_a_key_made_by_a_slow_clock_still_signs(database: Database, clock: Clock, tokens: Tokens) -> None:
    clock.advance(-3600)
    new = await tokens.rotate()
    assert kid(tokens.issue(ADA, "s")) == new.id


async def test_rotations_at_once_leave_a_key_that_all_replicas_sign_with(database: Database, clock: Clock) -> None:
    replicas = [replica(database, clock) for _ in range(4)]
    await replicas[0].open()
    await asyncio.gather(*(tokens.rotate() for tokens in replicas))
    await asyncio.gather(*(tokens.reload() for tokens in replicas))
    assert len({kid(tokens.issue(ADA, "s")) for tokens in replicas}) == 1
    assert len({key.id for key in await replicas[0].listed()}) == 5
