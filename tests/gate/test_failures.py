"""The plugin in a pytest of its own, in one process and in two."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate.failures import read
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

@pytest.fixture
def broken():
    raise OSError("no such file")

def test_passes(): pass
def test_fails(): assert [] == [1]
def test_cannot_begin(broken): pass
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_each_failure_is_written_down_with_its_first_error(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_something.py").write_text(TESTS)
    (tmp_path / "test_unreadable.py").write_text("from os import nothing")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    failures = tmp_path / "failures.json"
    plugin = ["-p", "tests.gate.failures", f"--failures={failures}"]
    config = ["-c", str(tmp_path / "pytest.ini"), "--continue-on-collection-errors"]
    command = [sys.executable, "-m", "pytest", *config, "-n", processes, *plugin]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 1, done.stdout
    written = read(failures)
    assert "ImportError" in written.pop("test_unreadable.py")
    assert written == {
        "test_something.py::test_fails": "assert [] == [1]",
        "test_something.py::test_cannot_begin": "OSError: no such file",
    }
