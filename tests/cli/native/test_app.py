"""`parlance up-native`: its processes live and end with it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from cli import installation
from cli.native import nginx
from tests.integration.native import Native, lives
from tests.integration.people import new_room, register
from tests.nginx.front import find_nginx
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import Processes, free_port, parlance


@pytest.fixture
def native(processes: Processes, tmp_path: Path) -> Iterator[Native]:
    running = Native(processes, tmp_path / "data")
    yield running
    running.process.stop()


async def test_whoever_is_killed_comes_back_and_all_end_with_the_one_that_started_them(native: Native) -> None:
    async with aiohttp.ClientSession() as http:
        ann = await register(http, native.url)
        room = (await new_room(ann))["id"]
        await ann.rest("POST", f"rooms/{room}/messages", {"body": "before"})
        before = native.processes()
        for pid, command in native.processes().items():
            if "nginx: worker" not in command:
                os.kill(pid, signal.SIGKILL)

        async def said() -> list[str]:
            page = await ann.rest("GET", f"rooms/{room}/messages")
            return [message["body"] for message in page["messages"]]

        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    assert await said() == ["before"]
                    break
                except (aiohttp.ClientError, AssertionError):
                    await asyncio.sleep(0.1)  # between looks; what ends the loop is the answer
        await until(lambda: not any(map(lives, before)))
        after = native.processes()
    native.process.kill()
    await until(lambda: not any(map(lives, after)))


async def test_it_serves_what_make_web_has_built(native: Native) -> None:
    if not (built := installation.built_web()):
        pytest.skip("the web client is not built: make web")
    files = {"": "index.html", "rooms/1": "index.html", "dashboard": "dashboard/index.html", "widget.js": "widget.js"}
    async with aiohttp.ClientSession() as http:
        for path, file in files.items():
            async with http.get(f"{native.url}/{path}") as answer:
                assert await answer.read() == (Path(built) / file).read_bytes()


def test_a_stop_is_clean_and_in_order(native: Native) -> None:
    started = native.processes()
    native.process.signal(signal.SIGINT)
    assert native.process.wait(40) == 0
    assert not [command for pid, command in started.items() if lives(pid)]
    assert not (native.data / "targets.json").exists()
    order = re.findall(r"(\S+) +│ stopping", native.process.output())
    assert set(order[1:3]) == {"edge-1", "edge-2"}
    assert order[3:5] == ["auth", "room"]
    assert set(order[5:]) == {"message-1", "message-2"}


def test_a_port_or_a_folder_that_is_taken_is_told_at_once(tmp_path: Path) -> None:
    find_nginx()
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert "in use" in refusal("--port", str(port), "--data", str(tmp_path))
    with installation.only_one(tmp_path):
        assert "already runs" in refusal("--port", str(port), "--data", str(tmp_path))


def test_without_nginx_it_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find_nginx()
    assert nginx.find()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(nginx, "_SYSTEM_FOLDERS", "")
    with pytest.raises(FileNotFoundError, match="apt-get install nginx"):
        nginx.find()


def refusal(*options: str) -> str:
    ended = subprocess.run(
        parlance("up-native", *options), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert ended.returncode == 1
    return ended.stderr
