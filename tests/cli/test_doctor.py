"""`parlance doctor`: what it finds, what it advises, and that nothing keeps it from ending."""

import io
import os
import re
import signal
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis

from cli import certs, installation
from cli.doctor import broker, clock, edges, indexes, papers, services, store
from cli.doctor.finding import Finding, Mark, fault, ok, unchecked
from cli.doctor.report import Report
from mesh import access, certificates
from mesh.database import Database
from mesh.tls import Identity
from message_service.store import MessageStore
from tests.integration.cluster import Cluster
from tests.integration.native import Native
from tests.mesh.live_service import LiveService
from tests.mesh.papers import DAY, Papers
from tests.patience import PATIENCE_SECONDS
from tests.processes import Processes, free_port, parlance


class Examined(Cluster):
    """A cluster, and what its operator would set to have it examined."""

    def settings(self) -> dict[str, str]:
        targets = ",".join(edge.removeprefix("http://") for edge in self.edges)
        return {**self._env, "PARLANCE_EDGE_TARGET": targets}


@pytest.fixture(scope="module")
def cluster(processes: Processes) -> Examined:
    return Examined(processes, edges=2, messages=2)


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A folder in which no installation runs."""
    return tmp_path


def doctor(data: Path, settings: dict[str, str] | None = None) -> tuple[int, str]:
    """The status of the command and what it prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLANCE_")}
    done = subprocess.run(
        parlance("doctor", "--data", str(data)),
        env={**clean, **(settings or {})},
        cwd=data,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def advice_on(said: str, finding: str) -> str:
    """What is advised below a line that matches."""
    found = re.search(rf"^(?:fault|warning) +{finding}.*\n +-> (.*)$", said, re.MULTILINE)
    assert found, said
    return found[1]


def test_when_all_is_well_each_part_and_replica_is_named(cluster: Examined, nowhere: Path) -> None:
    status, said = doctor(nowhere, cluster.settings())
    assert (status, said.splitlines()[-1]) == (0, "All is well."), said
    for service, count in ((access.AUTH, 1), (access.ROOM, 1), (access.MESSAGE, 2)):
        assert len(re.findall(rf"^ok +{service} at .*: serves$", said, re.MULTILINE)) == count
    assert len(re.findall(r"^ok +edge at .*: ready$", said, re.MULTILINE)) == 2
    assert re.findall(r"^ok +(store|Redis|indexes)", said, re.MULTILINE) == ["store", "indexes", "Redis"]


def test_a_dead_and_a_hung_replica_are_told_from_one_that_serves(cluster: Examined, nowhere: Path) -> None:
    dead = cluster.messages[1]
    dead.stop()
    cluster.auth.signal(signal.SIGSTOP)
    try:
        status, said = doctor(nowhere, cluster.settings())
    finally:
        cluster.auth.signal(signal.SIGCONT)
        dead.start()
    assert status == 1
    assert "Start it" in advice_on(said, r"message_service at .*message1\.sock: does not answer")
    assert re.search(r"^ok +message_service at .*message0\.sock: serves$", said, re.MULTILINE)
    assert "Start it" in advice_on(said, "auth_service at .*: does not answer")
    for edge, url in zip(cluster.edge_processes, cluster.edges, strict=True):
        edge.await_ready(url)


def test_without_redis_each_edge_is_found_deaf(cluster: Examined, nowhere: Path) -> None:
    cluster.broker.kill()
    try:
        status, said = doctor(nowhere, cluster.settings())
    finally:
        cluster.broker.start()
    assert status == 1
    assert "PARLANCE_REDIS_URL" in advice_on(said, "Redis: cannot be used")
    assert len(re.findall(r"^fault +edge at .*: deaf to Redis$", said, re.MULTILINE)) == 2
    assert "Redis" in advice_on(said, "edge at .*: deaf to Redis")
    for edge, url in zip(cluster.edge_processes, cluster.edges, strict=True):
        edge.await_ready(url)


def test_who_accepts_and_never_answers_is_named_and_holds_nobody_up(nowhere: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        settings = {
            "PARLANCE_INSECURE": "1",
            "PARLANCE_MONGODB_URL": f"mongodb://{address}",
            "PARLANCE_REDIS_URL": f"redis://{address}",
            "PARLANCE_MESSAGE_TARGET": address,
            "PARLANCE_EDGE_TARGET": address,
        }
        status, said = doctor(nowhere, settings)
    assert status == 1
    for subject in ("store", "Redis", f"message_service at {address}", f"edge at {address}"):
        assert advice_on(said, subject)
    assert re.findall(r"^not checked +(\w+):", said, re.MULTILINE) == ["certificates", "auth_service", "room_service"]


def test_all_that_is_wrong_with_the_settings_is_told_and_the_rest_is_examined(
    nowhere: Path, store_url: str, tmp_path: Path
) -> None:
    settings = {
        "PARLANCE_MONGODB_URL": store_url,
        "PARLANCE_AUTH_TARGET": "10.0.0.1:9000",
        "PARLANCE_EDGE_TARGET": "edge",
        "PARLANCE_HEARTBEAT_SECONDS": "often",
        "PARLANCE_REDIS_URL_FILE": str(tmp_path / "absent"),
        "PARLANCE_MESAGE_TARGET": "127.0.0.1:9000",
    }
    status, said = doctor(nowhere, settings)
    assert status == 1
    assert "PARLANCE_AUTH_TARGET_FILE" in advice_on(said, "setting: PARLANCE_AUTH_TARGET: will not send plaintext")
    assert advice_on(said, "setting: PARLANCE_EDGE_TARGET: must be host:port")
    assert advice_on(said, "setting: PARLANCE_HEARTBEAT_SECONDS")
    assert advice_on(said, "setting: PARLANCE_REDIS_URL: .*No such file")
    assert "PARLANCE_MESSAGE_TARGET" in advice_on(said, "setting: PARLANCE_MESAGE_TARGET")
    assert re.search("^ok +store: answers$", said, re.MULTILINE)


def test_where_nothing_runs_it_says_how_to_name_what_is_meant(nowhere: Path) -> None:
    status, said = doctor(nowhere)
    assert status == 1
    assert "PARLANCE_EDGE_TARGET" in advice_on(said, f"installation: none runs in {nowhere}")


def test_it_finds_the_parts_of_a_running_up_by_its_folder(processes: Processes, tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    running = processes.start("up", parlance("up", "--port", str(port), "--data", str(data)))
    running.await_ready(f"http://127.0.0.1:{port}")
    status, said = doctor(data)
    assert status == 0, said
    assert (data / "targets.json").stat().st_mode & 0o077 == 0
    running.stop()
    assert doctor(data)[0] == 1


async def test_it_follows_the_edges_of_an_up_native_and_looks_at_all_certificates(
    processes: Processes, tmp_path: Path
) -> None:
    native = Native(processes, tmp_path / "data", "--edges", "1")
    await native.order("scale", "edge=2")
    status, said = doctor(native.data)
    native.process.stop()
    assert status == 0, said
    assert re.findall(r"edge at (127\.0\.1\.\d):", said) == ["127.0.1.1", "127.0.1.2"]
    assert re.findall(r"certificates/(\w+): for (\w+),", said) == [(name, name) for name in access.NAMES]


def test_a_certificate_of_ours_that_has_expired_is_a_fault_of_the_settings(nowhere: Path, tmp_path: Path) -> None:
    expired = Papers(tmp_path).issue(access.CLI, age=2 * DAY)
    status, said = doctor(nowhere, {"PARLANCE_TLS_DIR": str(expired), "PARLANCE_AUTH_TARGET": "127.0.0.1:1"})
    assert status == 1
    assert "parlance certs" in advice_on(said, "setting: PARLANCE_TLS_DIR: .* has expired")


def test_certificates_of_an_installation_are_judged_by_what_is_left_of_their_life(tmp_path: Path) -> None:
    issued = Papers(tmp_path)
    for name, age in ((access.AUTH, 1.1 * DAY), (access.EDGE, 0.8 * DAY), (access.ROOM, DAY / 2)):
        issued.issue(name, age=age)
    expired, late, good = papers.check([tmp_path / access.AUTH, tmp_path / access.EDGE, tmp_path / access.ROOM])
    assert (expired.mark, "has expired" in expired.text, "parlance certs" in expired.advice) == (Mark.FAULT, True, True)
    assert (late.mark, "hours left" in late.text, "--watch" in late.advice) == (Mark.WARNING, True, True)
    assert (good.mark, good.text) == (Mark.OK, "for room_service, 12.1 hours old, 12.0 hours left")


def test_without_a_good_certificate_services_are_not_asked(tmp_path: Path) -> None:
    certs.make(tmp_path / "certificates")
    (tmp_path / "certificates" / access.CLI / certificates.KEY).unlink()
    targets = {"auth": "127.0.0.1:1", "certificates": str(tmp_path / "certificates")}
    with installation.published(tmp_path, targets):
        status, said = doctor(tmp_path)
    assert status == 1
    assert "parlance certs" in advice_on(said, f"certificate in .*{access.CLI}: .*tls.key")
    assert re.search("^not checked +auth_service: .* certificate", said, re.MULTILINE)


async def test_services_are_asked_over_tls_and_a_wrong_name_does_not_answer(tmp_path: Path) -> None:
    issued, address = Papers(tmp_path), f"127.0.0.1:{free_port()}"
    ours = Identity(issued.issue(access.CLI), access.CLI)
    async with LiveService().at(address, Identity(issued.issue(access.MESSAGE), access.MESSAGE)):
        assert await services.check(access.MESSAGE, address, ours) == [ok(f"message_service at {address}", "serves")]
        (refused,) = await services.check(access.ROOM, address, ours)
    assert (refused.mark, "certificate" in refused.advice) == (Mark.FAULT, True)


async def test_a_name_that_leads_nowhere_is_told_beside_those_that_do() -> None:
    for found in (
        await services.check(access.ROOM, "nowhere.invalid:9000", None),
        await edges.check("nowhere.invalid:8080"),
    ):
        assert ["nowhere.invalid" in finding.text for finding in found] == [True]


async def test_a_missing_index_is_named_with_the_service_that_makes_it(store_url: str, database: Database) -> None:
    messages = MessageStore(database)
    await messages.ensure_indexes()
    listed = await database["messages"].index_information()
    name = next(name for name, about in listed.items() if ("revision", 1) in map(tuple, about["key"]))
    await database["messages"].drop_index(name)
    found = await store.check(store_url)
    (gone,) = [finding for finding in found if "messages (" in finding.text]
    assert (gone.mark, gone.text) == (Mark.FAULT, "messages (room_id, revision) is missing")
    assert "Restart message_service" in gone.advice
    await messages.ensure_indexes()
    assert not [finding for finding in await store.check(store_url) if "messages (" in finding.text]


async def test_every_collection_that_is_looked_up_by_more_than_its_id_has_wanted_indexes() -> None:
    wanted = await indexes.wanted()
    assert {(index.owner, index.collection) for index in wanted} == {
        (access.AUTH, "users"),
        (access.AUTH, "sessions"),
        (access.ROOM, "rooms"),
        (access.ROOM, "memberships"),
        (access.MESSAGE, "messages"),
        (access.MESSAGE, "message_texts"),
    }


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"maxmemory": "0"}, "Set maxmemory "),
        ({"maxmemory-policy": "noeviction"}, "volatile-ttl"),
        ({"maxmemory": "1mb"}, "higher maxmemory"),
    ],
)
async def test_redis_is_judged_by_what_it_does_when_its_memory_is_full(
    redis: Redis, broker_url: str, settings: dict[str, str], advice: str
) -> None:
    good = {"maxmemory": "256mb", "maxmemory-policy": "volatile-ttl"}
    before = {name: (await redis.config_get(name))[name] for name in good}
    try:
        for name, value in good.items():
            await redis.config_set(name, value)
        assert [finding.mark for finding in await broker.check(broker_url)] == [Mark.OK]
        for name, value in settings.items():
            await redis.config_set(name, value)
        (found,) = [finding for finding in await broker.check(broker_url) if not finding.well]
    finally:
        for name, value in before.items():
            await redis.config_set(name, value)
    assert (found.mark, advice in found.advice) == (Mark.WARNING, True)


async def test_what_redis_does_not_let_us_ask_is_not_checked(redis: Redis, broker_url: str) -> None:
    await redis.execute_command("ACL", "SETUSER", "doctor", "on", ">secret", "-@all", "+ping")
    try:
        ours = re.sub(r"://(?:[^@/]*@)?", "://doctor:secret@", broker_url)
        assert [finding.mark for finding in await broker.check(ours)] == [Mark.OK, Mark.UNCHECKED, Mark.UNCHECKED]
    finally:
        await redis.execute_command("ACL", "DELUSER", "doctor")


async def test_an_edge_whose_clock_is_wrong_or_that_drains_is_told() -> None:
    async def readyz(_request: web.Request) -> web.Response:
        date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
        return web.json_response({"faults": ["draining"]}, status=503, headers={"Date": date})

    app, port = web.Application(), free_port()
    app.router.add_get("/readyz", readyz)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        draining, late = await edges.check(f"127.0.0.1:{port}")
    finally:
        await runner.cleanup()
    assert (draining.mark, draining.text) == (Mark.WARNING, "draining")
    assert (late.mark, "ahead of" in late.text, "chrony" in late.advice) == (Mark.FAULT, True, True)


@pytest.mark.parametrize(("seconds", "marks"), [(3, []), (-20, [Mark.WARNING]), (90, [Mark.FAULT])])
def test_clocks_may_differ_by_as_much_as_tokens_are_forgiven(seconds: int, marks: list[Mark]) -> None:
    theirs = datetime.now(UTC) + timedelta(seconds=seconds)
    assert [finding.mark for finding in clock.differing("store", theirs)] == marks


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


FOUND: list[Finding] = [ok("store", "answers"), unchecked("edge", "unnamed"), fault("Redis", "is away", "Start it.")]


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for output, coloured in ((Terminal(), True), (io.StringIO(), False)):
        report = Report(output)
        report.add(FOUND)
        assert not report.close()
        assert ("\033[31mfault" in output.getvalue()) is coloured
        assert "-> Start it." in output.getvalue()
