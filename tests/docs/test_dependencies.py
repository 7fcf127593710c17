"""docs/dependencies.md against pyproject.toml and the locks."""

import json
import re
import tomllib

from tests.docs import pages

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
PAGE = (pages.DOCS / "dependencies.md").read_text()


def named() -> set[str]:
    """Every dependency that pyproject.toml names, whatever it is for."""
    project = tomllib.loads((pages.ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    wanted += [name for names in (*extras, *groups) for name in names if isinstance(name, str)]
    return {re.split(r"[\[<>=~ ;]", name, maxsplit=1)[0] for name in wanted}


def locked() -> dict[str, str]:
    """The version of every package that is pinned."""
    locks = "".join((pages.ROOT / name).read_text() for name in LOCKS)
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^\s;]+)", locks, flags=re.MULTILINE))


def listed() -> list[tuple[str, str]]:
    """The packages of the page with their versions."""
    return [(pages.code(cells[0])[0], cells[1]) for cells in pages.rows(PAGE, header="package")]


def test_the_page_names_every_dependency_once_and_no_other() -> None:
    assert sorted(name for name, _ in listed()) == sorted(named())


def test_the_page_names_the_versions_that_are_locked() -> None:
    assert dict(listed()) == {name: locked()[name] for name, _ in listed()}


def test_every_row_has_a_licence_a_purpose_and_somebody_behind_it() -> None:
    for name, _, licence, purpose, _, maintainer in pages.rows(PAGE, header="package"):
        assert licence, name
        assert purpose, name
        assert maintainer, name


def test_every_package_that_runs_in_production_says_why_it_is_not_our_own_code() -> None:
    for name, *_, reason, _ in pages.rows(PAGE.split("## For building")[0], header="package"):
        assert reason, name


def test_the_page_names_what_the_web_is_made_of() -> None:
    packages = json.loads((pages.ROOT / "web" / "package-lock.json").read_text())["packages"]
    workspaces = [package for path, package in packages.items() if "node_modules" not in path]
    wanted = {name for one in workspaces for kind in ("dependencies", "devDependencies") for name in one.get(kind, ())}
    versions = {
        name: packages[f"node_modules/{name}"].get("version") for name in wanted if not name.startswith("@parlance/")
    }
    assert {pages.code(cells[0])[0]: cells[1] for cells in pages.rows(PAGE, header="npm package")} == versions
