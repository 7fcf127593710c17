import asyncio
import unicodedata
from unittest.mock import Mock

import pytest

from auth_service import passwords
from auth_service.passwords import Passwords
from mesh.errors import Invalid, Unavailable


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "PASSWORD_TOO_SHORT"),
        ("123456789", "PASSWORD_TOO_SHORT"),
        ("x1" * 129, "PASSWORD_TOO_LONG"),
        ("Password123", "PASSWORD_TOO_COMMON"),
        ("qwertyuiop", "PASSWORD_TOO_COMMON"),
        ("!!!!!!!!!!!!", "PASSWORD_TOO_COMMON"),
        ("ADA.Lovelace", "PASSWORD_IS_USERNAME"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.check(password, username="Ada.Lovelace")
    assert (refusal.value.reason, refusal.value.field) == (reason, "password")


@pytest.mark.parametrize("password", ["ten-chars!", "x1" * 128, "päßwörter 東京"])
def test_a_password_of_ten_to_256_characters_is_taken(password: str) -> None:
    passwords.check(password, username="ada")


async def test_a_hash_is_argon2id_with_the_parameters_given() -> None:
    hashing = Passwords(memory_kib=16, rounds=2, threads=1, max_waiting=0)
    assert (await hashing.hash("a fine password")).startswith("$argon2id$v=19$m=16,t=2,p=1$")
    hashing.close()


async def test_only_the_right_password_verifies(passwords: Passwords) -> None:
    hashed = await passwords.hash("a fine password")
    assert await passwords.verify("a fine password", hashed)
    assert not await passwords.verify("a fine Password", hashed)
    assert not await passwords.verify("a fine password", None)
    assert not await passwords.verify("x" * 5000, hashed)


async def test_a_password_is_the_same_however_a_device_composes_it(passwords: Passwords) -> None:
    hashed = await passwords.hash(unicodedata.normalize("NFD", "zoë and her café"))
    assert await passwords.verify(unicodedata.normalize("NFC", "zoë and her café"), hashed)


@pytest.mark.parametrize(("memory_kib", "rounds"), [(16, 1), (8, 2)])
async def test_a_hash_is_outdated_once_a_parameter_is_another(
    passwords: Passwords, memory_kib: int, rounds: int
) -> None:
    hashed = await passwords.hash("a fine password")
    stronger = Passwords(memory_kib=memory_kib, rounds=rounds, threads=1, max_waiting=0)
    assert not passwords.is_outdated(hashed)
    assert stronger.is_outdated(hashed)
    assert passwords.is_outdated(await stronger.hash("a fine password"))
    stronger.close()


async def test_an_unknown_user_costs_one_verification_with_todays_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    hashing = Passwords(memory_kib=16, rounds=3, threads=1, max_waiting=0)
    verify = Mock(wraps=hashing._scheme.verify)
    monkeypatch.setattr(hashing._scheme, "verify", verify)
    hashed = await hashing.hash("a fine password")

    await hashing.verify("another password", hashed)
    await hashing.verify("another password", None)

    (_, of_somebody), (_, of_nobody) = (call.args for call in verify.call_args_list)
    assert of_somebody.rsplit("$", 2)[0] == of_nobody.rsplit("$", 2)[0] == "$argon2id$v=19$m=16,t=3,p=1"
    hashing.close()


async def test_whoever_would_wait_too_long_is_told_at_once() -> None:
    hashing = Passwords(memory_kib=4096, rounds=2, threads=1, max_waiting=3)
    outcomes = await asyncio.gather(*(hashing.hash("a fine password") for _ in range(10)), return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert len(refused) == 6
    assert {refusal.reason for refusal in refused} == {"OVERLOADED"}
    assert all(refusal.retry_after for refusal in refused)
    assert await hashing.hash("a fine password")  # the line is empty again
    hashing.close()


async def test_whoever_gives_up_leaves_the_line() -> None:
    hashing = Passwords(memory_kib=4096, rounds=2, threads=1, max_waiting=1)
    working, waiting = (asyncio.create_task(hashing.hash("a fine password")) for _ in range(2))
    await asyncio.sleep(0)  # both are in line
    waiting.cancel()
    await asyncio.wait([waiting])
    assert await hashing.hash("a fine password")
    assert await working
    hashing.close()
