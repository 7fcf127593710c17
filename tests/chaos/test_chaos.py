"""A minute of faults; `make chaos` is the long run."""

from pathlib import Path

from tests.chaos.run import Plan, run
from tests.nginx.front import find_nginx


async def test_no_promise_is_broken_while_things_go_wrong(tmp_path: Path) -> None:
    find_nginx()
    plan = Plan(seed=1, seconds=45, people=24, rooms=4, changes_per_second=50, visitors=20, each_alone=False)
    report = await run(plan, tmp_path)
    assert report.violations == []
    assert len(report.happened) > 5
    assert report.changes > 500
    assert report.chats == 20
