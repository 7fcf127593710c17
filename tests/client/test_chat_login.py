from typing import Any

import pytest

from cli.chat.login import log_in
from cli.chat.view import Line, View, text_of
from client import AccountError


class Person:
    """A screen with somebody before it, who gives these answers."""

    interactive = True
    view = View(80, colour=False)

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.read: list[str] = []

    async def ask(self, question: str, *, secret: bool = False) -> str:
        assert secret == ("password" in question.casefold())
        return self._answers.pop(0)

    def show(self, lines: list[Line]) -> None:
        self.read.extend(map(text_of, lines))


class Door:
    """An account's door, behind which some are known."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.entered: str | None = None

    async def login(self, username: str, password: str) -> None:
        if self.known.get(username) != password:
            raise AccountError(401, "Wrong username or password.")
        self.entered = username

    async def register(self, username: str, password: str) -> None:
        if username in self.known:
            raise AccountError(409, "This username is taken.")
        self.known[username] = password
        self.entered = username


@pytest.fixture(autouse=True)
def no_password_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLANCE_PASSWORD", raising=False)


async def enter(door: Any, person: Any, name: str | None = None) -> None:
    await log_in(door, person, name)


async def test_a_name_and_a_password_let_one_in() -> None:
    door = Door(ada="right")
    await enter(door, Person("ada", "right"))
    assert door.entered == "ada"


async def test_a_password_from_the_environment_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_PASSWORD", "right")
    door = Door(ada="right")
    await enter(door, Person(), "ada")
    assert door.entered == "ada"


async def test_who_is_not_known_is_offered_an_account() -> None:
    door = Door()
    await enter(door, Person("secret", "y", "secret"), "ada")
    assert door.known == {"ada": "secret"}


async def test_a_mistyped_new_password_opens_no_account() -> None:
    door = Door()
    await enter(door, Person("secret", "y", "secrte", "secret", "yes", "secret"), "ada")
    assert door.known == {"ada": "secret"}


async def test_who_mistyped_the_password_may_try_again() -> None:
    door = Door(ada="right")
    await enter(door, Person("rihgt", "n", "right"), "ada")
    assert door.entered == "ada"


async def test_somebody_elses_name_cannot_be_taken() -> None:
    door, person = Door(ada="right"), Person(*["guess", "y", "guess"] * 3)
    with pytest.raises(AccountError):
        await enter(door, person, "ada")
    assert "This username is taken." in person.read
    assert door.known == {"ada": "right"}
