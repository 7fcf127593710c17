"""Who is let in, and who is not: real gRPC over real sockets."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from mesh import access, certificates, context, replicas, tls
from mesh.certificates import Credentials
from mesh.errors import Forbidden, Unauthenticated, Unavailable
from mesh.tls import Identity
from parlance.message.v1 import live_pb2, live_pb2_grpc
from tests.mesh.live_service import LiveService, announce, calling
from tests.mesh.papers import DAY, Papers
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import free_port


@dataclass(frozen=True)
class Served:
    address: str
    service: LiveService
    identity: Identity


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path / "ours")


@pytest.fixture
async def served(papers: Papers) -> AsyncIterator[Served]:
    """message_service, on loopback and encrypted."""
    address, service = f"127.0.0.1:{free_port()}", LiveService()
    identity = Identity(papers.issue(access.MESSAGE), access.MESSAGE)
    async with service.at(address, identity):
        yield Served(address, service, identity)


def edge(papers: Papers) -> Identity:
    return Identity(papers.issue(access.EDGE), access.EDGE)


@asynccontextmanager
async def channel(
    address: str, own: Credentials | None, authority: bytes, *, name: str = access.MESSAGE
) -> AsyncIterator[grpc.aio.Channel]:
    """Connect with any certificate, or none, without asking whether that is wise."""
    proof = (own.key, own.certificate) if own else (None, None)
    credentials = grpc.ssl_channel_credentials(authority, *proof)
    options = [("grpc.ssl_target_name_override", name)]
    async with grpc.aio.secure_channel(address, credentials, options) as opened:
        yield opened


async def attempt(opened: grpc.aio.Channel, *, claim: str = access.EDGE) -> None:
    """Make the call that edges may make, claiming to be one."""
    stub: Any = live_pb2_grpc.LiveServiceStub(opened)
    metadata = ((context.CALLER, claim),)
    await stub.Announce(live_pb2.AnnounceRequest(), timeout=PATIENCE_SECONDS, metadata=metadata)


async def refused(served: Served, papers: Papers, own: Credentials | None) -> bool:
    """Whether a caller is turned away although the server answers others."""
    authority = papers.authority.pem()[0]
    before = served.service.calls
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        async with channel(served.address, own, authority) as stranger:
            await attempt(stranger)
    assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE
    assert served.service.calls == before
    async with calling(served.address, identity=edge(papers)) as live:
        await announce(live)
    return served.service.calls == before + 1


async def test_who_has_the_right_name_of_the_same_authority_is_let_in(served: Served, papers: Papers) -> None:
    async with calling(served.address, identity=edge(papers)) as live:
        await announce(live)
    assert served.service.calls == 1


async def test_a_caller_of_another_authority_is_refused(served: Served, papers: Papers, tmp_path: Path) -> None:
    foreign = Papers(tmp_path / "foreign").issue(access.EDGE)
    assert await refused(served, papers, certificates.read(foreign))


async def test_a_caller_whose_certificate_has_expired_is_refused(served: Served, papers: Papers) -> None:
    good = certificates.read(papers.issue(access.EDGE))
    expired = papers.issue(access.EDGE, folder="expired", lifetime=DAY, age=2 * DAY)
    key, certificate = (expired / "tls.key").read_bytes(), (expired / "tls.crt").read_bytes()
    assert await refused(served, papers, replace(good, key=key, certificate=certificate))


async def test_a_caller_without_a_certificate_is_refused(served: Served, papers: Papers) -> None:
    assert await refused(served, papers, None)


async def test_a_caller_in_plaintext_is_refused(served: Served) -> None:
    async with grpc.aio.insecure_channel(served.address) as plain:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await attempt(plain)
    assert (refusal.value.code(), served.service.calls) == (grpc.StatusCode.UNAVAILABLE, 0)


async def test_a_caller_with_the_wrong_name_is_refused(served: Served, papers: Papers) -> None:
    room = Identity(papers.issue(access.ROOM), access.ROOM)
    async with calling(served.address, caller=access.ROOM, identity=room) as live:
        with pytest.raises(Forbidden) as refusal:
            await announce(live)
    assert (refusal.value.reason, served.service.calls) == ("CALLER_NOT_ALLOWED", 0)


async def test_to_claim_another_name_does_not_help(served: Served, papers: Papers) -> None:
    room = Identity(papers.issue(access.ROOM), access.ROOM)
    async with calling(served.address, caller=access.EDGE, identity=room) as live:
        with pytest.raises(Forbidden, match="room_service may not call this"):
            await announce(live)
    assert served.service.calls == 0


@pytest.mark.parametrize("names", [(), (access.EDGE, access.ROOM)])
async def test_a_certificate_that_does_not_carry_exactly_one_name_helps_nobody(
    served: Served, papers: Papers, names: tuple[str, ...]
) -> None:
    odd = papers.odd(access.EDGE, *names)
    async with channel(served.address, odd, papers.authority.pem()[0]) as stranger:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await attempt(stranger)
    assert (refusal.value.code(), served.service.calls) == (grpc.StatusCode.UNAUTHENTICATED, 0)


async def test_a_server_that_is_not_the_one_that_was_wanted_is_not_talked_to(served: Served, papers: Papers) -> None:
    async with calling(served.address, service=access.AUTH, identity=edge(papers)) as live:
        with pytest.raises(Unavailable):
            await announce(live)
    assert served.service.calls == 0


async def test_a_server_of_another_authority_is_not_talked_to(served: Served, tmp_path: Path) -> None:
    async with calling(served.address, identity=edge(Papers(tmp_path / "foreign"))) as live:
        with pytest.raises(Unavailable):
            await announce(live)
    assert served.service.calls == 0


async def test_a_server_whose_certificate_has_expired_is_not_talked_to(papers: Papers) -> None:
    address, service = f"127.0.0.1:{free_port()}", LiveService()
    identity = Identity(papers.issue(access.MESSAGE, lifetime=timedelta(seconds=1)), access.MESSAGE)
    async with service.at(address, identity):
        # A whole second more: the TLS library reads a clock of seconds, which may lag behind this one by a tick.
        await until(lambda: identity.credentials.ends.timestamp() + 1 < time.time())
        async with calling(address, identity=edge(papers)) as live:
            with pytest.raises(Unavailable):
                await announce(live)
    assert service.calls == 0


async def test_health_is_told_to_every_member_of_the_mesh_and_to_nobody_else(served: Served, papers: Papers) -> None:
    authority = papers.authority.pem()[0]
    cli = certificates.read(papers.issue(access.CLI))
    for own, answered in ((cli, True), (served.identity.credentials, True), (None, False)):
        async with channel(served.address, own, authority) as opened:
            stub: Any = health_pb2_grpc.HealthStub(opened)  # type: ignore[no-untyped-call]  # it has no types
            try:
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_SECONDS)
                assert answer.status == health_pb2.HealthCheckResponse.SERVING
                assert answered
            except grpc.aio.AioRpcError:
                assert not answered


async def test_on_a_unix_socket_nothing_is_encrypted_and_callers_are_believed(papers: Papers, short_tmp: Path) -> None:
    address, service = f"unix:{short_tmp}/live.sock", LiveService()
    ours = Identity(papers.issue(access.MESSAGE), access.MESSAGE)
    async with service.at(address, ours), calling(address, identity=edge(papers)) as live:
        await announce(live)
        with pytest.raises(Unauthenticated):
            async with calling(address, caller="") as nobody:
                await announce(nobody)
    assert service.calls == 1


async def test_a_renewed_certificate_is_shown_without_a_restart_and_calls_go_on(papers: Papers) -> None:
    """Both sides renew while a call is under way; then the old authority is not believed any more."""
    begun, finish = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        if not begun.is_set():
            begun.set()
            await finish.wait()

    address, service = f"127.0.0.1:{free_port()}", LiveService(work)
    server, client = Identity(papers.issue(access.MESSAGE), access.MESSAGE), edge(papers)
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        service.at(address, server),
        calling(address, identity=client) as live,
    ):
        breaks: list[None] = []
        live.replicas.on_break = lambda: breaks.append(None)
        running = asyncio.create_task(announce(live, timeout=PATIENCE_SECONDS))
        await begun.wait()
        before = live.replicas.in_turn().channel
        old = client.credentials

        papers.authority = type(papers.authority).new()
        for identity in (server, client):
            papers.issue(identity.name)
            await identity.reload()
        await live.replicas.renew()

        assert live.replicas.in_turn().channel is not before
        await announce(live)
        finish.set()
        await running
        assert (service.calls, breaks) == (2, [])
        async with channel(address, old, papers.authority.pem()[0]) as late:
            with pytest.raises(grpc.aio.AioRpcError):
                await attempt(late)
    assert service.calls == 2


async def test_a_channel_is_kept_until_one_with_the_new_certificate_is_connected(
    served: Served, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "_CONNECT_SECONDS", 0.3)
    client = edge(papers)
    async with calling(served.address, identity=client) as live:
        await announce(live)
        before = live.replicas.in_turn().channel
        ours, papers.authority = papers.authority, type(papers.authority).new()
        papers.issue(access.EDGE)
        await client.reload()
        await live.replicas.renew()  # the server does not know this authority yet
        assert live.replicas.in_turn().channel is before
        await announce(live)

        papers.authority = ours
        papers.issue(access.EDGE)
        await client.reload()
        await live.replicas.renew()
        assert live.replicas.in_turn().channel is not before
        await announce(live)
    assert served.service.calls == 3


async def test_files_are_looked_at_again_by_themselves(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "RELOAD_SECONDS", 0.02)
    folder = papers.issue(access.EDGE)
    with capture_logs() as logs:
        async with tls.identity(folder, access.EDGE) as identity:
            assert identity is not None
            before = identity.credentials
            papers.issue(access.EDGE, lifetime=2 * DAY)
            await until(lambda: identity.credentials is not before)
            ends = REGISTRY.get_sample_value("parlance_certificate_expiry_timestamp_seconds", {"name": access.EDGE})
            assert ends == identity.credentials.ends.timestamp() > before.ends.timestamp()
    assert [entry["event"] for entry in logs] == ["certificate_reloaded"]


async def test_what_cannot_be_used_is_not_taken_and_is_told_once(papers: Papers) -> None:
    folder = papers.issue(access.EDGE)
    identity = Identity(folder, access.EDGE)
    before = identity.credentials
    papers.issue(access.ROOM, folder=access.EDGE)
    with capture_logs() as logs:
        for _ in range(5):
            await identity.reload()
    assert identity.credentials is before
    assert [entry["event"] for entry in logs] == ["certificate_not_reloaded"]
    assert "is for room_service, not for edge" in logs[0]["faults"]


async def test_a_certificate_that_nobody_renews_is_warned_about(papers: Papers) -> None:
    fresh = Identity(papers.issue(access.EDGE, lifetime=DAY), access.EDGE)
    forgotten = Identity(papers.issue(access.EDGE, lifetime=10 * DAY, age=8 * DAY), access.EDGE)
    with capture_logs() as logs:
        await fresh.warn()
        assert logs == []
        await forgotten.warn()
    assert [entry["event"] for entry in logs] == ["certificate_ends_soon"]


async def test_without_a_folder_there_is_no_identity() -> None:
    async with tls.identity(None, access.EDGE) as identity:
        assert identity is None
