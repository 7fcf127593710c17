"""docs/errors.md against the code."""

import re

from mesh.errors import KINDS
from tests.docs import pages, reasons

PAGE = (pages.DOCS / "errors.md").read_text()
USED = reasons.used()


def listed() -> dict[str, set[str]]:
    """The reasons of the page with their kinds."""
    found = [(pages.code(cells[0])[0], set(cells[1].split(", "))) for cells in pages.rows(PAGE, header="reason")]
    assert len(found) == len(dict(found)), "a reason is listed twice"
    return dict(found)


def test_the_table_of_kinds_is_that_of_the_code() -> None:
    wanted = [
        [kind, error.grpc_status.name, str(error.http_status), kind, str(error.close_code or "–")]
        for kind, error in KINDS.items()
    ]
    assert [[cell.strip("`") for cell in cells[:5]] for cells in pages.rows(PAGE, header="kind")] == wanted


def test_every_reason_of_the_code_is_listed() -> None:
    assert USED.kinds.keys() <= listed().keys()


def test_every_listed_reason_is_one_of_the_code() -> None:
    composed = re.compile("|".join(USED.patterns))
    assert {reason for reason in listed() if not composed.fullmatch(reason)} <= USED.kinds.keys()


def test_every_composed_reason_stands_for_a_listed_one() -> None:
    for pattern in USED.patterns:
        assert any(re.fullmatch(pattern, reason) for reason in listed()), pattern


def test_every_reason_is_listed_with_its_kinds() -> None:
    raised = {reason: kinds for reason, kinds in USED.kinds.items() if kinds}
    assert {reason: listed()[reason] for reason in raised} == raised


def test_no_reason_has_a_kind_that_does_not_exist() -> None:
    assert set().union(*listed().values()) <= KINDS.keys()
