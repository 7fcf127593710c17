from collections.abc import Collection

import pytest

from tests.gate.verdict import MOST_FLAKY, judge

BROWSER = "tests/e2e/test_talking.py::test_people_talk"
UNIT = "tests/mesh/test_batching.py::test_an_idle_batcher_sends_at_once"
CHAOS = "tests/chaos/test_chaos.py::test_no_promise_is_broken_while_things_go_wrong"


class Again:
    """Runs tests a second time; some fail once more."""

    def __init__(self, *broken: str) -> None:
        self.ran: list[str] = []
        self._broken = broken

    def __call__(self, tests: Collection[str]) -> dict[str, str]:
        self.ran += tests
        return dict.fromkeys(self._broken, "again")


def test_a_run_in_which_nothing_fails_passes_and_repeats_nothing() -> None:
    again = Again()
    verdict = judge({}, again)
    assert (verdict.passed, verdict.lines, again.ran) == (True, (), [])


def test_a_test_of_a_browser_that_passes_alone_is_named_flaky_with_its_first_error() -> None:
    again = Again()
    verdict = judge({BROWSER: "TimeoutError"}, again)
    assert (verdict.passed, verdict.lines, again.ran) == (True, (f"FLAKY {BROWSER}: TimeoutError",), [BROWSER])


def test_a_test_that_fails_again_fails_the_run_and_the_others_are_named_for_what_they_are() -> None:
    other = BROWSER + "[other]"
    verdict = judge({BROWSER: "TimeoutError", other: "assert 1 == 2"}, Again(other))
    assert not verdict.passed
    assert verdict.lines == (f"FLAKY {BROWSER}: TimeoutError", f"FAILED {other}: assert 1 == 2")


@pytest.mark.parametrize("certain", [UNIT, CHAOS, BROWSER.partition("::")[0]])
def test_a_unit_test_a_broken_promise_or_a_file_that_cannot_be_read_gets_no_second_chance(certain: str) -> None:
    again = Again()
    verdict = judge({BROWSER: "TimeoutError", certain: "assert 1 == 2"}, again)
    assert not verdict.passed
    assert again.ran == []
    assert f"FAILED {certain}: assert 1 == 2" in verdict.lines


def test_more_than_a_few_are_no_bad_luck() -> None:
    again = Again()
    few = {f"{BROWSER}[{number}]": "TimeoutError" for number in range(MOST_FLAKY)}
    assert judge(few, again).passed
    verdict = judge({**few, BROWSER: "TimeoutError"}, again)
    assert not verdict.passed
    assert again.ran == [*few]
