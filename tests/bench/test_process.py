import sys
from pathlib import Path

import pytest

from bench.process import LOAD_CORE, free_port, metered, running, start

BURN_THEN_LISTEN = """
import socket, sys, threading, time
def burn():
    while time.thread_time() < 0.1: pass
thread = threading.Thread(target=burn)
thread.start()
thread.join()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
sys.stdin.read()
"""


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


async def test_cpu_time_includes_threads_that_have_ended(tmp_path: Path) -> None:
    port = free_port()
    command = python(BURN_THEN_LISTEN, port)
    async with running("child", command, f"127.0.0.1:{port}", core=LOAD_CORE, folder=tmp_path) as child:
        assert child.cpu_seconds() >= 0.1
        assert child.private_bytes() > 100_000


async def test_only_what_is_spent_during_a_block_is_metered(tmp_path: Path) -> None:
    port = free_port()
    command = python(BURN_THEN_LISTEN, port)
    async with running("child", command, f"127.0.0.1:{port}", core=LOAD_CORE, folder=tmp_path) as child:
        with metered(child) as spent:
            pass
        assert 0 <= spent[child] < 0.1e6


async def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = python("raise SystemExit('no such setting')")
    with pytest.raises(RuntimeError, match="no such setting"):
        async with running("child", command, f"127.0.0.1:{free_port()}", core=LOAD_CORE, folder=tmp_path):
            pass


async def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    child = await start("child", python("raise SystemExit('no such room')"), core=LOAD_CORE, folder=tmp_path)
    with pytest.raises(RuntimeError, match="no such room"):
        await child.finished()


async def test_a_program_gives_what_it_printed(tmp_path: Path) -> None:
    child = await start("child", python("print(3)"), core=LOAD_CORE, folder=tmp_path)
    assert await child.finished() == "3\n"
