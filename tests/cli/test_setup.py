"""What `parlance setup` makes, and what a real broker lets those people do that it names."""

import stat
from pathlib import Path

import pytest
from redis.exceptions import NoPermissionError

from cli import setup
from cli.embedded.broker import find_server
from mesh import broker, certificates
from mesh.errors import Unavailable
from message_service.presence import PresenceBoard, Report
from tests.patience import until
from tests.processes import Processes, free_port


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_each_process_gets_its_own_secrets_and_its_own_certificate(tmp_path: Path) -> None:
    assert setup.run(tmp_path) == 0
    made = {path: content for path, content in contents(tmp_path).items() if path.startswith("secrets/")}
    assert sorted(made) == [
        "secrets/auth_service/mongodb_url",
        "secrets/edge/redis_url",
        "secrets/message_service/mongodb_url",
        "secrets/message_service/redis_url",
        "secrets/mongo/keyfile",
        "secrets/mongo/operator_password",
        "secrets/mongo/password",
        "secrets/redis/users.acl",
        "secrets/room_service/mongodb_url",
    ]
    assert made["secrets/mongo/password"] in made["secrets/room_service/mongodb_url"]
    assert certificates.read(tmp_path / "certificates/edge", "edge").name == "edge"


def test_what_holds_a_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    setup.make_secrets(tmp_path)
    readable = [path for path in tmp_path.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) != 0o600]
    assert readable == [tmp_path / "redis/users.acl"]


def test_no_two_installations_have_a_secret_in_common(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    setup.make_secrets(here)
    setup.make_secrets(there)
    assert not set(contents(here).values()) & set(contents(there).values())


def test_a_second_run_changes_nothing_and_makes_what_was_lost(tmp_path: Path) -> None:
    setup.make_secrets(tmp_path)
    before = contents(tmp_path)
    (tmp_path / "auth_service/mongodb_url").unlink()
    (tmp_path / "redis/users.acl").unlink()
    setup.make_secrets(tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secrets").write_text("a file where a folder should be")
    assert setup.run(tmp_path) == 1
    assert "cannot be set up" in capsys.readouterr().err


@pytest.fixture
async def urls(tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A broker with the users that were made; returns the URLs of edges and of message_service."""
    port = free_port()
    monkeypatch.setattr(setup, "REDIS", f"127.0.0.1:{port}")
    setup.make_secrets(tmp_path)
    users = tmp_path / "redis/users.acl"
    command = [find_server(), "--bind", "127.0.0.1", "--port", str(port), "--aclfile", str(users), "--save", ""]
    process = processes.start("broker", command)
    await until(lambda: "Ready to accept connections" in process.output())
    return (tmp_path / "edge/redis_url").read_text(), (tmp_path / "message_service/redis_url").read_text()


async def test_an_edge_hears_what_message_service_publishes_and_publishes_nothing(urls: tuple[str, str]) -> None:
    edge_url, message_url = urls
    heard: list[bytes] = []
    async with (
        broker.connect(edge_url) as edge,
        broker.connect(message_url) as message,
        broker.subscriber(edge) as subscriber,
        broker.subscriber(message) as follower,
    ):
        await until(lambda: not subscriber.deaf and not follower.deaf)
        await subscriber.subscribe("room:1", heard.append)
        with pytest.raises(Unavailable):
            await broker.publish(edge, [("room:1", b"forged")])
        await broker.publish(edge, [("probe:1", b"")])
        await broker.publish(message, [("room:1", b"true")])
        await until(lambda: heard)
    assert heard == [b"true"]


async def test_message_service_keeps_presence_and_nothing_else(urls: tuple[str, str]) -> None:
    edge_url, message_url = urls
    async with broker.connect(message_url) as message, broker.connect(edge_url) as edge:
        board = PresenceBoard(message, lambda *_: None, now=lambda: 1_800_000_000_000)
        await board.update("edge 1", [Report("ada", True, ["hall"]), Report("bob", True, ["hall"])])
        await board.update("edge 1", [Report("bob", False, ["hall"])])
        assert await board.online(["ada", "bob"]) == ["ada"]
        await board.sweep()
        for denied in (message.get("other"), message.flushall(), edge.get("presence:user:ada")):
            with pytest.raises(NoPermissionError):
                await denied
