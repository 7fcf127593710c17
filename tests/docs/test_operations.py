"""The metrics in docs/operations.md are those of the code."""

import ast

from tests.docs import pages, reasons

PAGE = (pages.DOCS / "operations.md").read_text()


def test_every_metric_is_listed_and_no_other() -> None:
    made = {
        node.args[0].value
        for tree in reasons.trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"Counter", "Gauge", "Histogram"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {pages.code(cells[0])[0] for cells in pages.rows(PAGE, header="metric")} == made
