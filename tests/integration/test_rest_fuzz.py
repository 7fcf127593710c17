"""The REST API against its own document: every route is called with what it allows, and with what it does not.

`PARLANCE_FUZZ_EXAMPLES=500` looks longer; the seed is printed when something is found.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.integration.cluster import Cluster, cluster
from tests.integration.people import register

EXAMPLES = os.environ.get("PARLANCE_FUZZ_EXAMPLES", "8")
NOT_CHECKED = (
    "positive_data_acceptance",  # some rules no schema can say: an e-mail address, a name that can be read
    "ensure_resource_availability",  # a 404 is also the answer to a body that names nobody: its `field` says which
    "allow_header_conformance",  # `/api/rooms/direct` is also the room of that name, and says so
)
ENDS_THE_LOGIN = ("logout", "delete_user")
FAULTS = ("request_failed", "rpc_failed", "background_task_failed")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("fuzzed"), edges=1, messages=1) as running:
        yield running
        for process in (*running.edge_processes, *running.messages, running.room, running.auth):
            assert not [fault for fault in FAULTS if fault in process.output()], process.output()


def search(url: str, folder: Path, *options: str) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/openapi.json",
        f"--url={url}",
        f"--max-examples={EXAMPLES}",
        f"--exclude-checks={','.join(NOT_CHECKED)}",
        "--no-color",
        *options,
    ]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


async def test_nothing_is_found_by_who_is_logged_in(
    target: Cluster, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (url,) = target.edges
    ann = await register(http, url)
    await ann.rest("POST", "rooms", {"name": "lobby"})
    excluded = [f"--exclude-operation-id={name}" for name in ENDS_THE_LOGIN]
    search(url, tmp_path, f"--header=Authorization: Bearer {ann.token}", *excluded)


def test_nothing_is_found_by_a_stranger(target: Cluster, tmp_path: Path) -> None:
    (url,) = target.edges
    search(url, tmp_path)
