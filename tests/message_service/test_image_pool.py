import asyncio
import io
import os
import signal
import sys
from pathlib import Path

import pytest
from PIL import Image

from message_service import image_pool
from message_service.image_pool import GIVEN_UP, PROCESSES, ImagePool
from message_service.images import MAX_PIXELS
from tests.message_service import pictures
from tests.patience import PATIENCE_SECONDS, until

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def given_up() -> float:
    return float(GIVEN_UP._value.get())


def pids(pool: ImagePool) -> set[int]:
    return {process.pid for process in pool._running}


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def started(pool: ImagePool) -> int:
    """The only process of a pool, which waits for an image."""
    assert await pool.examine(pictures.image()) is not None
    (pid,) = pids(pool)
    return pid


async def test_an_image_is_looked_at_elsewhere(pool: ImagePool) -> None:
    picture = await pool.examine(pictures.image("JPEG"))
    assert picture is not None
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 600, 300)
    with Image.open(io.BytesIO(picture.thumbnail)) as thumbnail:
        assert thumbnail.size == (480, 240)


async def test_nothing_runs_before_the_first_image(pool: ImagePool) -> None:
    assert pids(pool) == set()


async def test_one_process_looks_at_many_images_one_after_the_other(pool: ImagePool) -> None:
    pid = await started(pool)
    assert await pool.examine(b"no image") is None
    assert await pool.examine(pictures.bomb()) is None
    assert await pool.examine(pictures.image()) is not None
    assert pids(pool) == {pid}


async def test_there_are_never_more_processes_than_agreed(pool: ImagePool) -> None:
    looked_at = await asyncio.gather(*[pool.examine(pictures.image()) for _ in range(3 * PROCESSES)])
    assert None not in looked_at
    assert len(pids(pool)) == PROCESSES


async def test_what_takes_more_memory_than_it_may_is_given_up_and_nothing_else(pool: ImagePool) -> None:
    side = int(MAX_PIXELS**0.5)
    file = io.BytesIO()
    Image.new("RGBA", (side, side)).save(file, "PNG", compress_level=1)
    assert len(file.getvalue()) < 1024 * 1024
    small = ImagePool(memory_bytes=128 * 1024 * 1024)
    assert await small.examine(file.getvalue()) is None
    assert await small.examine(pictures.image()) is not None
    await small.close()
    assert await pool.examine(file.getvalue()) is not None


async def test_a_process_that_takes_too_long_costs_its_image_and_is_replaced(pool: ImagePool) -> None:
    pid, before = await started(pool), given_up()
    os.kill(pid, signal.SIGSTOP)
    pool._seconds = 0.1
    assert await pool.examine(pictures.image()) is None
    pool._seconds = PATIENCE_SECONDS
    assert given_up() == before + 1
    assert not is_there(pid)
    assert await started(pool) != pid


async def test_a_process_that_dies_costs_its_image_and_is_replaced(pool: ImagePool) -> None:
    pid, before = await started(pool), given_up()
    os.kill(pid, signal.SIGSTOP)
    given = asyncio.create_task(pool.examine(pictures.image()))
    await until(lambda: not pool._idle)
    other = await pool.examine(pictures.image())
    os.kill(pid, signal.SIGKILL)
    assert await given is None
    assert other is not None
    assert given_up() == before + 1
    assert pid not in pids(pool)
    assert await pool.examine(pictures.image()) is not None


async def test_a_process_that_died_while_it_waited_is_not_given_an_image(pool: ImagePool) -> None:
    pid = await started(pool)
    os.kill(pid, signal.SIGKILL)
    await until(lambda: pool._idle[0].returncode is not None)
    assert await started(pool) != pid


async def test_an_upload_that_is_given_up_takes_its_process_along(pool: ImagePool) -> None:
    pid = await started(pool)
    os.kill(pid, signal.SIGSTOP)
    given = asyncio.create_task(pool.examine(pictures.image()))
    await until(lambda: not pool._idle)
    given.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given
    assert not is_there(pid)
    assert await started(pool) != pid


async def test_nothing_runs_after_the_end(pool: ImagePool) -> None:
    await asyncio.gather(*[pool.examine(pictures.image()) for _ in range(PROCESSES)])
    running = pids(pool)
    await pool.close()
    assert len(running) > 0
    assert not any(map(is_there, running))


async def test_the_end_does_not_wait_for_an_image(pool: ImagePool) -> None:
    os.kill(await started(pool), signal.SIGSTOP)
    given = asyncio.create_task(pool.examine(pictures.image()))
    await until(lambda: not pool._idle)
    await pool.close()
    assert await given is None


async def test_a_process_ends_when_nobody_talks_to_it_any_more(pool: ImagePool) -> None:
    await started(pool)
    (process,) = pool._idle
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await process.wait() == 0


async def test_a_process_keeps_the_time_itself() -> None:
    """For the case that its service, which would end it, was killed."""
    pool = ImagePool(seconds=0.001)
    process = await pool._start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises((asyncio.IncompleteReadError, OSError)):
            await image_pool._ask(process, pictures.image(size=(5000, 5000)))
        assert await process.wait() == -signal.SIGALRM
    await pool.close()


@linux_only
async def test_a_process_knows_no_secrets_and_goes_first(pool: ImagePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_MONGODB_URL", "mongodb://somebody:secret@somewhere")
    process = Path(f"/proc/{await started(pool)}")
    assert b"secret" not in (process / "environ").read_bytes()
    assert (process / "oom_score_adj").read_text().strip() == "1000"
    assert f"{image_pool.MEMORY_BYTES}" in (process / "limits").read_text()
