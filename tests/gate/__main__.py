"""What has to pass: `make test`. First the checks, then the tests that can share the machine, then the browsers, and at
last the tests that measure the machine or ask all of it.

A test that has failed by bad luck gets a second chance at the end, in the open: see `verdict.py`.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gate.failures import read
from tests.gate.verdict import REAL_PROCESSES, judge

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent

CHECKS = ("lint", "types", "check-web")
BESIDE_EACH_OTHER = ("--numprocesses=3", "--dist=loadfile")
"""One more than there are cores: much of the time a test waits for a process that starts, or for a page."""
AS_GIVEN = "--no-loadscope-reorder"
BROWSER = "tests/e2e/"
ALONE = ("tests/bench/", "tests/chaos/")
_TESTS_FAILED = 1


class Clock:
    """How long each part takes."""

    def __init__(self) -> None:
        self._parts: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure a block."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._parts[name] = time.monotonic() - began

    def __str__(self) -> str:
        return ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self._parts.items())


def slowest_first() -> list[str]:
    """The folders whose tests share the machine; those that start processes take longest, and come first.

    Else the last of their files would run when the other processes have nothing left.
    """
    folders = [f"{entry.relative_to(ROOT)}/" for entry in sorted(TESTS.iterdir()) if any(entry.glob("**/test_*.py"))]
    rest = [folder for folder in folders if folder not in (BROWSER, *ALONE, *REAL_PROCESSES)]
    return [*(folder for folder in REAL_PROCESSES if folder != BROWSER), *rest]


def checks_pass() -> bool:
    """Run what needs no test runner, two at a time."""
    command = ["make", "--jobs=2", "--output-sync=target", "--no-print-directory", *CHECKS]
    return subprocess.run(command, check=False).returncode == 0


def run_tests(*arguments: str) -> dict[str, str]:
    """Run pytest; returns what failed, with its first error. Ends the gate when pytest cannot run, or does not say why."""
    with tempfile.TemporaryDirectory() as folder:
        failures = Path(folder) / "failures.json"
        plugin = ("-p", "tests.gate.failures", f"--failures={failures}", "--maxfail=20")
        status = subprocess.run([sys.executable, "-m", "pytest", *plugin, *arguments], check=False).returncode
        failed = read(failures) if failures.exists() else {}
        if status not in (0, _TESTS_FAILED) or (status and not failed):
            sys.exit(status)
        return failed


def main() -> int:
    """Run all of it; returns the exit status."""
    clock = Clock()
    with clock.part("checks"):
        if not checks_pass():
            return 1
    with clock.part("beside each other"):
        failed = run_tests(*BESIDE_EACH_OTHER, AS_GIVEN, *slowest_first())
    with clock.part("browsers"):
        failed |= run_tests(*BESIDE_EACH_OTHER, BROWSER)
    with clock.part("alone"):
        failed |= run_tests(*ALONE)
    with clock.part("once more"):
        verdict = judge(failed, lambda tests: run_tests(*tests))
    outcome = f"{'Passed' if verdict.passed else 'Failed'} after: {clock}"
    print(*verdict.lines, outcome, sep="\n")  # noqa: T201  # what the command is for
    return 0 if verdict.passed else 1


if __name__ == "__main__":
    sys.exit(main())
