import os
from pathlib import Path
from typing import Literal

import pytest

from mesh import access, settings
from mesh.settings import ServiceSettings, Settings, checked_address, fresh_socket, is_local
from tests.mesh.papers import Papers


class ExampleSettings(ServiceSettings):
    process = access.EDGE
    color: Literal["red", "green"] = "red"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process starts; its environment says nothing yet."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_LISTEN", "unix:/run/a.sock")
    monkeypatch.setenv("PARLANCE_MONGODB_URL", "mongodb://somewhere")


@pytest.mark.usefixtures("complete")
def test_the_environment_wins_over_env_which_wins_over_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "secret").write_text("green\n")
    monkeypatch.setenv("PARLANCE_COLOR_FILE", "secret")
    assert settings.load(ExampleSettings).color == "green"
    (folder / ".env").write_text("PARLANCE_COLOR=red\nSOMETHING_ELSE=1\n")
    assert settings.load(ExampleSettings).color == "red"
    monkeypatch.setenv("PARLANCE_COLOR", "green")
    assert settings.load(ExampleSettings).color == "green"


@pytest.mark.usefixtures("complete")
def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_COLOR", "")
    assert settings.load(ExampleSettings).color == "red"


def test_all_faults_are_told_at_once_without_the_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLANCE_LISTEN", "secret-nonsense")
    monkeypatch.setenv("PARLANCE_COLOR", "secret-blue")
    with pytest.raises(SystemExit) as exit_:
        settings.load(ExampleSettings)
    said = capsys.readouterr().err
    assert exit_.value.code == 2
    assert "PARLANCE_LISTEN: Value error, must be host:port or unix:/path" in said
    assert "PARLANCE_MONGODB_URL: Field required" in said
    assert "PARLANCE_COLOR: Input should be 'red' or 'green'" in said
    assert "secret" not in said


def test_a_file_that_cannot_be_read_is_a_fault_beside_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLANCE_MONGODB_URL_FILE", "nowhere")
    monkeypatch.setenv("PARLANCE_COLOR", "blue")
    with pytest.raises(SystemExit) as exit_:
        settings.load(ExampleSettings)
    said = capsys.readouterr().err
    assert exit_.value.code == 2
    assert "PARLANCE_MONGODB_URL: Value error, nowhere: No such file or directory" in said
    assert "PARLANCE_LISTEN: Field required" in said
    assert "PARLANCE_COLOR" in said


def test_settings_that_name_nothing_have_defaults() -> None:
    loaded = settings.load(Settings)
    assert (loaded.insecure, loaded.log_level, loaded.log_format, loaded.metrics_listen) == (
        False,
        "info",
        "auto",
        None,
    )


class CallerSettings(Settings):
    process = access.EDGE
    room_target: str


def refusal(kind: type[Settings], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of settings with which nothing starts."""
    with pytest.raises(SystemExit):
        settings.load(kind)
    return capsys.readouterr().err


@pytest.mark.usefixtures("complete")
def test_a_service_with_certificates_may_listen_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_LISTEN", "0.0.0.0:9000")
    monkeypatch.setenv("PARLANCE_TLS_DIR", str(Papers(folder).issue(access.EDGE)))
    assert settings.load(ExampleSettings).listen == "0.0.0.0:9000"


@pytest.mark.usefixtures("complete")
def test_certificates_of_another_process_are_a_fault_beside_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Papers(folder).issue(access.ROOM)
    (other / "ca.crt").unlink()
    monkeypatch.setenv("PARLANCE_TLS_DIR", str(other))
    monkeypatch.setenv("PARLANCE_LISTEN", "0.0.0.0:9000")
    monkeypatch.setenv("PARLANCE_COLOR", "blue")
    said = refusal(ExampleSettings, capsys)
    assert "is for room_service, not for edge" in said
    assert "ca.crt: No such file" in said
    assert "PARLANCE_COLOR" in said
    assert "plaintext" not in said, "that is no fault of its own"


@pytest.mark.usefixtures("complete")
def test_certificates_and_plaintext_cannot_both_be_meant(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLANCE_TLS_DIR", str(Papers(folder).issue(access.EDGE)))
    monkeypatch.setenv("PARLANCE_INSECURE", "1")
    assert "PARLANCE_TLS_DIR: Value error, cannot be had together with PARLANCE_INSECURE=1" in refusal(
        ExampleSettings, capsys
    )


@pytest.mark.parametrize(
    ("target", "insecure", "allowed"),
    [
        ("unix:/run/room.sock", False, True),
        ("127.0.0.1:9002", False, False),
        ("127.0.0.1:9002,localhost:9003", True, True),
        ("127.0.0.1:9002,room_service:9002", True, False),
    ],
)
def test_nothing_is_sent_in_plaintext_to_where_others_could_read_it(
    target: str, insecure: bool, allowed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLANCE_ROOM_TARGET", target)
    monkeypatch.setenv("PARLANCE_INSECURE", "1" if insecure else "")
    if allowed:
        assert settings.load(CallerSettings).room_target == target
    else:
        assert "PARLANCE_ROOM_TARGET: Value error, will not send plaintext there" in refusal(CallerSettings, capsys)


def test_with_certificates_a_service_may_be_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_TLS_DIR", str(Papers(folder).issue(access.EDGE)))
    monkeypatch.setenv("PARLANCE_ROOM_TARGET", "room_service:9000")
    assert settings.load(CallerSettings).room_target == "room_service:9000"


@pytest.mark.parametrize("address", ["127.0.0.1:9001", "[::1]:0", "edge.example:65535", "unix:/run/a.sock"])
def test_these_are_addresses(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize("address", ["", "localhost", ":9001", "host:", "host:http", "host:65536", "unix:relative"])
def test_these_are_not(address: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        checked_address(address)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("unix:/run/a.sock", True),
        ("127.0.0.1:9001", True),
        ("[::1]:9001", True),
        ("localhost:9001", True),
        ("0.0.0.0:9001", False),
        ("[::]:9001", False),
        ("192.0.2.1:9001", False),
        ("edge.example:9001", False),
    ],
)
def test_it_knows_which_addresses_cannot_be_reached_from_outside(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_a_socket_that_was_left_behind_is_removed(folder: Path) -> None:
    left = folder / "left.sock"
    left.touch()
    assert fresh_socket(f"unix:{left}") == left
    assert fresh_socket(f"unix:{left}") == left
    assert not left.exists()
