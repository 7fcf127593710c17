"""`parlance health`, as a container asks it."""

import asyncio
import os
import subprocess
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from mesh import access
from mesh.server import serving
from mesh.tls import Identity
from parlance.message.v1 import live_pb2_grpc
from tests.mesh.live_service import NAME, LiveService
from tests.mesh.papers import Papers
from tests.patience import PATIENCE_SECONDS
from tests.processes import free_port, parlance


async def health(*arguments: str, **settings: str) -> tuple[int, str]:
    """The status of the command, and what it says."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLANCE_")}
    environment = {**clean, **{f"PARLANCE_{name}": value for name, value in settings.items()}}
    run = partial(subprocess.run, parlance("health", *arguments), env=environment, capture_output=True, text=True)
    done = await asyncio.to_thread(run, timeout=PATIENCE_SECONDS, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


async def test_a_service_is_asked_with_its_own_certificate_where_it_listens(papers: Papers) -> None:
    folder, port = papers.issue(access.MESSAGE), free_port()
    listen = f"0.0.0.0:{port}"
    async with LiveService().at(listen, Identity(folder, access.MESSAGE)):
        assert await health(LISTEN=listen, TLS_DIR=str(folder)) == (0, "")
        status, said = await health(LISTEN=listen)
        assert (status, "does not answer" in said) == (1, True)
    status, said = await health(LISTEN=listen, TLS_DIR=str(folder))
    assert (status, "does not answer (unavailable)" in said) == (1, True)


async def test_a_service_on_a_unix_socket_is_asked_in_plaintext(short_tmp: Path) -> None:
    address = f"unix:{short_tmp}/live.sock"
    add = partial(live_pb2_grpc.add_LiveServiceServicer_to_server, LiveService())
    async with serving(address, {NAME: add}) as servicer:
        assert await health(address) == (0, "")
        await servicer.enter_graceful_shutdown()
        assert await health(address) == (1, f"{address}: not_serving\n")


async def test_an_edge_is_asked_whether_it_is_ready(papers: Papers) -> None:
    faults: list[str] = []

    async def readyz(_request: web.Request) -> web.Response:
        return web.json_response({"faults": faults}, status=503 if faults else 200)

    app = web.Application()
    app.router.add_get("/readyz", readyz)
    runner, port = web.AppRunner(app), free_port()
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        folder = papers.issue(access.EDGE)
        assert await health(LISTEN=f"0.0.0.0:{port}", TLS_DIR=str(folder)) == (0, "")
        faults += ["draining", "deaf to Redis"]
        assert await health(f"http://127.0.0.1:{port}") == (1, f"http://127.0.0.1:{port}: draining, deaf to Redis\n")
    finally:
        await runner.cleanup()
    status, said = await health(f"http://127.0.0.1:{port}")
    assert (status, "does not answer" in said) == (1, True)


async def test_a_certificate_that_cannot_be_used_is_a_fault(tmp_path: Path) -> None:
    status, said = await health("127.0.0.1:9", TLS_DIR=str(tmp_path))
    assert (status, "tls.key: No such file" in said) == (1, True)


async def test_it_says_so_when_it_is_not_told_whom_to_ask() -> None:
    status, said = await health()
    assert (status, "PARLANCE_LISTEN" in said) == (1, True)
