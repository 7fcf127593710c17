"""A plugin that writes down what failed: `pytest -p tests.gate.failures --failures=FILE`."""

import json
from pathlib import Path

import pytest


def read(file: Path) -> dict[str, str]:
    """What failed, by its id, with the first line of its first error: tests, and files in which none could be found."""
    failed: dict[str, str] = json.loads(file.read_text())
    return failed


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failures", type=Path, help="where to write down what failed, and why")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.failures and not hasattr(config, "workerinput"):  # what workers see, the one who sent them hears
        config.pluginmanager.register(_Failures(config.option.failures))


class _Failures:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._failed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.setdefault(report.nodeid, _first_line(report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed.setdefault(report.nodeid, _first_line(report))

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._failed))


def _first_line(report: pytest.TestReport | pytest.CollectReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else report.longreprtext
    return next(iter(text.strip().splitlines()), "no reason is given")
