"""The SDK's types against the edge that they are made from."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATE = [sys.executable, "web/sdk/generate.py"]


def test_the_types_of_the_sdk_are_those_of_the_edge() -> None:
    done = subprocess.run(
        GENERATE, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
