"""What every page keeps: links that lead somewhere, files that exist, a README that is short."""

import re
from pathlib import Path

import pytest

from tests.docs import pages

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FILE = re.compile(
    r"`((?:auth_service|bench|cli|client|docs|edge|mesh|message_service|protos|room_service|tests)/[\w/.-]+)`"
)


def ids(path: Path) -> str:
    return str(path.relative_to(pages.ROOT))


@pytest.mark.parametrize("page", pages.PAGES, ids=ids)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in pages.anchors(target.read_text()), link


@pytest.mark.parametrize("page", pages.PAGES, ids=ids)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in _FILE.findall(page.read_text()):
        assert (pages.ROOT / name).exists(), name


@pytest.mark.parametrize("page", pages.PAGES, ids=ids)
def test_lines_are_no_longer_than_those_of_the_code(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert [line for line in prose.splitlines() if len(line) > 124 and not line.startswith("|")] == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len((pages.ROOT / "README.md").read_text().splitlines()) < 150


def test_the_licence_is_the_one_that_the_distribution_names() -> None:
    assert "Apache License\n                           Version 2.0" in (pages.ROOT / "LICENSE").read_text()


def test_decisions_are_numbered_without_a_gap_and_all_listed() -> None:
    folder = pages.DOCS / "decisions"
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    assert _LINK.findall((folder / "README.md").read_text()) == decisions


@pytest.mark.parametrize("path", sorted((pages.DOCS / "decisions").glob("[0-9]*.md")), ids=ids)
def test_a_decision_says_context_choice_and_consequences(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(f"# {int(path.name[:4])}. ")
    places = [text.find(f"\n## {part}\n") for part in ("Context", "Choice", "Consequences")]
    assert -1 not in places
    assert places == sorted(places)
