"""`make chaos`: the long run. Writes its report into docs/reliability.md."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.report import markdown, write
from tests.chaos.run import Plan, run

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def main() -> None:
    """Run, print, and exit with 1 when a promise was broken or a recovery came too late."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="gives the schedule (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="how long things go wrong (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put the report into docs/reliability.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parlance-chaos-") as folder:
        report = asyncio.run(run(Plan(arguments.seed, arguments.seconds), Path(folder)))
    page = markdown(report)
    print(page)  # noqa: T201  # what the command is for
    if arguments.write:
        write(page, PAGE)
    sys.exit(bool(report.violations) or any(each.late for each in report.happened))


if __name__ == "__main__":
    main()
