"""Who gets a second chance. A defect fails again; a machine that was too busy for a moment is named, and is no defect.

Only tests of real processes and browsers meet such moments. Where more than a few do, it is not the machine's fault.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

REAL_PROCESSES = ("tests/cli/", "tests/docker/", "tests/e2e/", "tests/integration/", "tests/nginx/")
MOST_FLAKY = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the run has passed, and a line for each test that did not pass at once."""

    passed: bool
    lines: tuple[str, ...]


def judge(failed: Mapping[str, str], run_again: Callable[[Collection[str]], Mapping[str, str]]) -> Verdict:
    """Decide over tests that failed; keys are their ids, values their first errors, in what `run_again` returns too."""
    may_be_luck = len(failed) <= MOST_FLAKY and all(map(_may_be_luck, failed))
    failed_again = failed if not may_be_luck else run_again(failed) if failed else {}
    words = {test: "FAILED" if test in failed_again else "FLAKY" for test in failed}
    return Verdict(not failed_again, tuple(f"{words[test]} {test}: {error}" for test, error in failed.items()))


def _may_be_luck(failed: str) -> bool:
    """Whether it is a test, not a whole file, and one of those that meet such moments."""
    return "::" in failed and failed.startswith(REAL_PROCESSES)
