"""`parlance up` and `parlance admin` as a person runs them."""

import contextlib
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_SECONDS, looks
from tests.processes import Process, Processes, free_port, parlance

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def url(processes: Processes, data: Path) -> Iterator[str]:
    """A running installation of its own."""
    running, address = start(processes, data)
    yield address
    running.stop()


def start(processes: Processes, data: Path) -> tuple[Process, str]:
    port = free_port()
    process = processes.start("up", parlance("up", "--port", str(port), "--data", str(data)))
    process.await_ready(f"http://127.0.0.1:{port}")
    return process, f"http://127.0.0.1:{port}"


def post(url: str, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{url}/api/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def get(url: str, path: str, token: str) -> Any:
    request = urllib.request.Request(f"{url}/api/{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def admin(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PARLANCE_PASSWORD": PASSWORD}
    command = parlance("admin", "--data", str(data), *arguments)
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def test_it_stops_cleanly_on_ctrl_c_and_keeps_what_was_said(processes: Processes, data: Path) -> None:
    first, url = start(processes, data)
    token = post(url, "auth/register", {"username": "ann", "password": PASSWORD})["access_token"]
    room = post(url, "rooms", {"name": "lobby", "kind": "public"}, token)["id"]
    post(url, f"rooms/{room}/messages", {"body": "hello"}, token)
    assert len(get(url, "search?q=hello", token)["hits"]) == 1
    first.signal(signal.SIGINT)
    assert first.wait() == 0
    assert f"Parlance is ready at {url}" in first.output()

    second, url = start(processes, data)
    token = post(url, "auth/login", {"username": "ANN", "password": PASSWORD})["access_token"]
    (message,) = get(url, f"rooms/{room}/messages", token)["messages"]
    assert message["body"] == "hello"
    second.stop()


def test_a_second_one_on_the_same_folder_is_refused(url: str, data: Path) -> None:
    command = parlance("up", "--port", str(free_port()), "--data", str(data))
    refused = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert refused.returncode == 1
    assert "already runs" in refused.stderr


def test_its_children_end_with_it_and_are_started_again_when_they_die(processes: Processes, data: Path) -> None:
    up, url = start(processes, data)
    token = post(url, "auth/register", {"username": "bob", "password": PASSWORD})["access_token"]
    for child in children(up.pid):
        os.kill(child, signal.SIGKILL)
    for _ in looks(up.output):
        with contextlib.suppress(urllib.error.HTTPError):
            post(url, "rooms", {"name": "after the fall", "kind": "public"}, token)
            break
    orphans = children(up.pid)
    assert len(orphans) == 2
    up.kill()
    for _ in looks(lambda: f"{orphans} outlive it"):
        if not any(os.path.exists(f"/proc/{orphan}/cmdline") for orphan in orphans):  # pathlib raises ESRCH
            break


def test_an_administrator_is_created_and_keys_are_rotated_without_logging_anybody_out(url: str, data: Path) -> None:
    token = post(url, "auth/register", {"username": "eve", "password": PASSWORD})["access_token"]
    created = admin(data, "create-user", "root", "--admin")
    assert created.returncode == 0, created.stderr
    assert post(url, "auth/login", {"username": "root", "password": PASSWORD})["user"]["role"] == "admin"
    for order in (("promote", "eve"), ("rotate-keys",)):
        done = admin(data, *order)
        assert done.returncode == 0, done.stderr
    assert get(url, "auth/me", token)["user"]["username"] == "eve"
    assert post(url, "auth/login", {"username": "eve", "password": PASSWORD})["user"]["role"] == "admin"
    taken = admin(data, "create-user", "EVE")
    assert (taken.returncode, "taken" in taken.stderr) == (1, True)


def test_admin_says_what_to_do_when_nobody_can_be_asked_for_a_password(url: str, data: Path) -> None:
    command = parlance("admin", "--data", str(data), "create-user", "root")
    refused = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (refused.returncode, url[:4]) == (1, "http")
    assert "PARLANCE_PASSWORD" in refused.stderr


def test_admin_says_what_to_do_when_nothing_runs(data: Path) -> None:
    refused = admin(data, "rotate-keys")
    assert refused.returncode == 1
    assert "parlance up" in refused.stderr


@pytest.mark.parametrize("name", ["edge", "auth", "room", "message"])
def test_a_process_with_missing_settings_names_them_all_and_does_not_start(name: str, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PARLANCE_")}
    refused = subprocess.run(
        parlance(name),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stderr.count("PARLANCE_") >= 2


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]
