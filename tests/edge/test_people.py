import asyncio
from collections.abc import AsyncIterator

import pytest

from edge import people as module
from edge.frames import Person
from edge.people import FRESH_SECONDS, People
from mesh.errors import Internal
from tests.edge.stage import Services, Stage
from tests.patience import until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def people(stage: Stage, clock: Clock) -> AsyncIterator[People]:
    people = People(stage.backends.auth, now=clock)
    yield people
    await people.close()


def asked(services: Services) -> list[list[str]]:
    return [sorted(request.user_ids) for request in services.asked("BatchGetUsers")]


async def test_who_is_not_known_is_asked_for_together_and_then_remembered(people: People, services: Services) -> None:
    for name in ("ann", "bob", "gus"):
        services.add_user(name, is_guest=name == "gus")
    found = await asyncio.gather(people.get(["ann", "bob"]), people.get(["bob", "gus", "bob"]))
    assert found[0] == {"ann": Person("ann", "Ann"), "bob": Person("bob", "Bob")}
    assert found[1] == {"bob": Person("bob", "Bob"), "gus": Person("gus", "Gus", guest=True)}
    assert asked(services) == [["ann", "bob", "gus"]]
    assert await people.get(["ann"]) == {"ann": Person("ann", "Ann")}
    assert len(asked(services)) == 1


async def test_whom_nobody_has_is_unknown_today_and_asked_for_again(people: People, services: Services) -> None:
    assert await people.get(["zoe"]) == {"zoe": Person("zoe", "Unknown user")}
    services.add_user("zoe")
    assert await people.get(["zoe"]) == {"zoe": Person("zoe", "Zoe")}


async def test_old_knowledge_is_answered_at_once_and_refreshed_behind_the_scenes(
    people: People, services: Services, clock: Clock
) -> None:
    people.remember(services.add_user("ann"))
    services.add_user("ann", display_name="Anna")
    clock.now = FRESH_SECONDS + 1
    assert [people.known("ann") for _ in range(5)] == [Person("ann", "Ann")] * 5
    await until(lambda: people.known("ann") == Person("ann", "Anna"))
    assert asked(services) == [["ann"]]


async def test_a_refresh_that_fails_leaves_what_was_known(
    people: People, services: Services, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    people.remember(services.add_user("ann"))
    services.answers["BatchGetUsers"] = Internal()
    clock.now = FRESH_SECONDS + 1
    people.known("ann")
    await until(lambda: asked(services) and not people._tasks._tasks)
    assert people.known("ann") == Person("ann", "Ann")
    assert "background_task_failed" not in capsys.readouterr().out


async def test_who_has_changed_is_asked_for_anew(people: People, services: Services) -> None:
    people.remember(services.add_user("ann"))
    services.add_user("ann", display_name="Anna")
    people.forget("ann")
    people.forget("nobody")
    assert people.known("ann") is None
    assert await people.get(["ann"]) == {"ann": Person("ann", "Anna")}


async def test_an_error_reaches_everybody_who_asked_and_the_next_question_is_asked(
    people: People, services: Services
) -> None:
    answer, services.answers["BatchGetUsers"] = services.answers["BatchGetUsers"], Internal()
    errors = await asyncio.gather(people.get(["ann"]), people.get(["ann", "bob"]), return_exceptions=True)
    assert [type(error) for error in errors] == [Internal, Internal]
    services.answers["BatchGetUsers"] = answer
    services.add_user("ann")
    assert await people.get(["ann"]) == {"ann": Person("ann", "Ann")}


async def test_only_so_many_are_remembered(people: People, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_REMEMBERED", 3)
    for number in range(10):
        people.remember(services.add_user(f"u{number}"))
    assert [people.known(f"u{number}") is not None for number in range(10)] == [False] * 7 + [True] * 3
