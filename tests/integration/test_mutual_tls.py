"""Separate processes on loopback, joined by mutual TLS alone."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import grpc
import pytest

from cli import certs
from mesh import access, certificates
from parlance.auth.v1 import auth_pb2, auth_pb2_grpc
from tests.integration.cluster import SETTINGS
from tests.integration.people import new_room, register
from tests.patience import PATIENCE_SECONDS
from tests.processes import Process, Processes, free_port, parlance, start_broker, start_store

KINDS = {"auth": access.AUTH, "room": access.ROOM, "message": access.MESSAGE, "edge": access.EDGE}


class Encrypted:
    """One process of each kind."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self.certificates = folder
        self.addresses = {kind: f"127.0.0.1:{free_port()}" for kind in KINDS}
        self.url = f"http://{self.addresses['edge']}"
        settings = {
            **SETTINGS,
            "PARLANCE_INSECURE": "",
            "PARLANCE_MONGODB_URL": start_store(processes),
            "PARLANCE_REDIS_URL": start_broker(processes),
            **{f"PARLANCE_{kind.upper()}_TARGET": address for kind, address in self.addresses.items()},
        }
        certs.make(folder)
        self.processes: dict[str, Process] = {}
        for kind, name in KINDS.items():
            own = {"PARLANCE_LISTEN": self.addresses[kind], "PARLANCE_TLS_DIR": str(folder / name)}
            self.processes[kind] = processes.start(kind, parlance(kind), {**settings, **own})
        self.processes["edge"].await_ready(self.url)

    def all_said(self, event: str) -> bool:
        """Whether the log of every process has this event."""
        return all(f'"{event}"' in process.output() for process in self.processes.values())


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    with Processes(tmp_path_factory.mktemp("encrypted")) as processes:
        yield Encrypted(processes, tmp_path_factory.mktemp("certificates"))


async def test_a_stranger_is_not_let_into_the_mesh(encrypted: Encrypted, tmp_path: Path) -> None:
    certs.make(tmp_path)
    edge = certificates.read(encrypted.certificates / access.EDGE)
    foreign = certificates.read(tmp_path / access.EDGE)
    for key, certificate, answer in (
        (edge.key, edge.certificate, grpc.StatusCode.NOT_FOUND),
        (foreign.key, foreign.certificate, grpc.StatusCode.UNAVAILABLE),
        (None, None, grpc.StatusCode.UNAVAILABLE),
    ):
        proof = grpc.ssl_channel_credentials(edge.authority, key, certificate)
        options = [("grpc.ssl_target_name_override", access.AUTH)]
        async with grpc.aio.secure_channel(encrypted.addresses["auth"], proof, options) as channel:
            stub = auth_pb2_grpc.AuthServiceStub(channel)
            with pytest.raises(grpc.aio.AioRpcError) as refusal:
                await stub.GetUser(auth_pb2.GetUserRequest(username="nobody"), timeout=PATIENCE_SECONDS)
            assert refusal.value.code() is answer


async def test_people_talk_while_all_certificates_are_replaced_and_services_connect_anew(
    encrypted: Encrypted, http: aiohttp.ClientSession
) -> None:
    ann, bob = await register(http, encrypted.url), await register(http, encrypted.url)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as at_bob:

        async def say(body: str) -> None:
            assert (await at_ann.send(room, body))["type"] == "ack"
            assert await at_bob.bodies(1) == [body]

        await say("under the first authority")
        shutil.rmtree(encrypted.certificates / "ca")
        certs.make(encrypted.certificates)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not encrypted.all_said("certificate_reloaded"):
                await say("meanwhile")
        for kind in ("message", "room"):  # what was open before has hidden who believes whom
            encrypted.processes[kind].stop()
            encrypted.processes[kind].start()
            await say(f"under the second authority, after {kind} went and came")
    assert not encrypted.all_said("certificate_not_reloaded")
