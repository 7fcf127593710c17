"""A program that looks at images, one after the other: `python -m message_service.image_process SECONDS BYTES`.

It reads each image from its input, with its length before it, and writes what `images` says of it, as MessagePack with its
length before that. Its end comes with that of its input, or when an image takes longer than the seconds: it keeps the time
itself, so that it cannot outlive a service that was killed. Nothing that comes back is ever executed, as a pickle would be.
"""

import io
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from message_service import images

LENGTH_BYTES = 4

_KILL_FIRST = "1000"
_OOM_SCORE = Path("/proc/self/oom_score_adj")


def main() -> None:
    """Look at images until there are no more."""
    seconds, memory_bytes = float(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a decoder prints is no answer
    _limit(memory_bytes)
    _serve(sys.stdin.buffer, answers, seconds)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # macOS refuses
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with suppress(OSError):  # Linux only: where memory ends, it is not the service that goes
        _OOM_SCORE.write_text(_KILL_FIRST)


def _serve(questions: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    while length := questions.read(LENGTH_BYTES):
        content = questions.read(int.from_bytes(length, "big"))
        signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal ends the process
        answer = msgspec.msgpack.encode(images.examine(io.BytesIO(content)))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        answers.flush()


if __name__ == "__main__":
    main()
