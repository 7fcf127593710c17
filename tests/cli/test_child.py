import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli import child as module
from cli.child import Child, restart_pause, together
from tests.integration.native import lives
from tests.patience import until

WRITE = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WRITE}"
FAILING = "raise SystemExit(1)"


class Program:
    """A program that writes its process id into a file, and is ready then."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "pid"
        self._unready = folder / "unready"

    def child(self, script: str = WRITE, stop_seconds: float = 10) -> Child:
        script = f"import os, sys; os.path.exists({str(self._unready)!r}) and sys.exit(1); {script}"
        command = [sys.executable, "-c", script, str(self._file)]
        return Child("child", command, self.ready, output=2, see="nothing", stop_seconds=stop_seconds)

    @asynccontextmanager
    async def started(self, script: str = WRITE, stop_seconds: float = 10) -> AsyncIterator[Child]:
        child = self.child(script, stop_seconds)
        await child.start()
        try:
            yield child
        finally:
            await child.stop()

    async def ready(self) -> bool:
        return bool(self.pid())

    def pid(self) -> int:
        """The process that was started last and has come so far; 0 when there is none."""
        return int(self._file.read_text() or 0) if self._file.exists() else 0

    def lives(self) -> bool:
        return bool(self.pid()) and lives(self.pid())

    def kill(self, *, master: bool = False) -> None:
        """Kill it, or the one that started it. What is started next has to get ready by itself."""
        pid = os.getpgid(self.pid()) if master else self.pid()
        self._file.write_text("")
        os.kill(pid, signal.SIGKILL)

    def fail(self, on: bool) -> None:
        """Whether each start fails from now on."""
        self._unready.touch() if on else self._unready.unlink()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(autouse=True)
def failures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After how many failures in a row there was a pause, which is short here."""
    asked: list[int] = []

    def pause(failures: int) -> float:
        asked.append(failures)
        return 0.01

    monkeypatch.setattr(module, "restart_pause", pause)
    return asked


async def test_it_is_up_once_it_is_ready_and_started_again_whenever_it_dies(
    program: Program, failures: list[int]
) -> None:
    async with program.started() as child:
        pids = set()
        for _ in range(3):
            assert child.up
            pids.add(program.pid())
            program.kill()
            await until(lambda: program.pid() and child.up)
        assert len(pids | {program.pid()}) == 4
    assert not child.up
    assert not program.lives()
    assert failures == [1, 2, 3]


async def test_who_held_for_a_while_begins_with_the_shortest_pause(
    program: Program, failures: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STEADY_SECONDS", 0)
    async with program.started() as child:
        for _ in range(3):
            program.kill()
            await until(lambda: program.pid() and child.up)
    assert failures == [1, 1, 1]


async def test_it_is_tried_again_and_again(program: Program, failures: list[int]) -> None:
    async with program.started() as child:
        program.fail(on=True)
        program.kill()
        await until(lambda: len(failures) > 2)
        assert not child.up
        program.fail(on=False)
        await until(lambda: child.up)


async def test_who_does_not_get_ready_is_told_and_leaves_nothing_behind(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuntimeError, match="child does not start; see nothing"):
        await program.child(FAILING).start()
    monkeypatch.setattr(program, "ready", never)
    monkeypatch.setattr(module, "_START_SECONDS", 0.5)
    with pytest.raises(RuntimeError, match="does not start"):
        await program.child().start()
    assert not program.lives()


async def test_when_one_does_not_get_ready_the_others_are_not_waited_for(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "ready", never)
    waiting = program.child()
    with pytest.raises(RuntimeError, match="does not start"):
        await together(waiting.start(), program.child(FAILING).start())
    await waiting.stop()
    assert not program.lives()


async def test_who_does_not_listen_is_killed(program: Program) -> None:
    async with program.started(STUBBORN, stop_seconds=0.1):
        assert program.lives()
    assert not program.lives()


async def test_what_a_killed_program_has_started_ends_with_it(program: Program) -> None:
    """The one that writes its id is a worker here, as nginx has them; the one that is killed is its master."""
    async with program.started(f"import time; os.fork() and time.sleep(60); {WRITE}") as child:
        worker = program.pid()
        program.kill(master=True)
        await until(lambda: program.pid() and child.up)
        assert program.pid() != worker
        assert not lives(worker)


async def test_a_restart_brings_a_new_process_that_is_watched_as_well(program: Program) -> None:
    async with program.started() as child:
        pids = {program.pid()}
        await child.restart()
        await until(lambda: program.pid() not in pids)
        pids.add(program.pid())
        program.kill()
        await until(lambda: program.pid() and child.up)
        assert program.pid() not in pids


def test_pauses_grow_up_to_half_a_minute() -> None:
    assert [restart_pause(failures) for failures in (1, 2, 3, 6, 7, 1000)] == [0.5, 1, 2, 16, 30, 30]


async def never() -> bool:
    return False
