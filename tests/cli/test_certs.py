"""`parlance certs`: what it makes, what it renews and what it leaves."""

import os
import signal
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli import certs
from mesh import access, certificates
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import Processes, parlance

DAY = timedelta(days=1)


def state(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.*") if path.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_makes_an_authority_and_a_certificate_for_everybody_in_the_mesh(tmp_path: Path) -> None:
    made = certs.make(tmp_path / "certificates")
    assert set(made.renewed) == set(access.NAMES)
    for name in access.NAMES:
        found = certificates.read(tmp_path / "certificates" / name, name)
        assert abs(found.ends - datetime.now(UTC) - 7 * DAY) < timedelta(minutes=1)
    assert made.due < datetime.now(UTC) + 5 * DAY


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        certs.make(tmp_path / "certificates")
    finally:
        os.umask(before)
    for folder in (tmp_path / "certificates", *(tmp_path / "certificates").glob("*/")):
        assert mode(folder) == 0o700
    keys = list((tmp_path / "certificates").glob("*/*.key"))
    assert len(keys) == 1 + len(access.NAMES)
    assert {mode(key) for key in keys} == {0o600}


def test_the_key_of_the_authority_is_given_to_nobody(tmp_path: Path) -> None:
    certs.make(tmp_path)
    key = (tmp_path / "ca" / "ca.key").read_bytes()
    assert [name for name, content in state(tmp_path).items() if content == key] == ["ca/ca.key"]


def test_to_run_it_again_changes_nothing(tmp_path: Path) -> None:
    certs.make(tmp_path)
    before = state(tmp_path)
    assert certs.make(tmp_path).renewed == {}
    assert state(tmp_path) == before


@pytest.mark.parametrize(("days", "renewed"), [(4.6, False), (4.7, True), (8, True)])
def test_a_certificate_is_renewed_after_two_thirds_of_its_life(tmp_path: Path, days: float, renewed: bool) -> None:
    certs.make(tmp_path, now=datetime.now(UTC) - timedelta(days=days))
    authority = (tmp_path / "ca" / "ca.crt").read_bytes()
    assert bool(certs.make(tmp_path).renewed) is renewed
    assert (tmp_path / "ca" / "ca.crt").read_bytes() == authority
    assert certificates.read(tmp_path / access.EDGE, access.EDGE).ends > datetime.now(UTC) + 2 * DAY


def test_what_is_missing_or_spoiled_is_made_and_the_rest_is_left(tmp_path: Path) -> None:
    certs.make(tmp_path)
    (tmp_path / access.EDGE / "tls.key").unlink()
    (tmp_path / access.ROOM / "tls.crt").write_text("nonsense")
    assert set(certs.make(tmp_path).renewed) == {access.EDGE, access.ROOM}
    for name in access.NAMES:
        certificates.read(tmp_path / name, name)


def test_who_removes_the_authority_gets_everything_anew(tmp_path: Path) -> None:
    certs.make(tmp_path)
    for file in (tmp_path / "ca").iterdir():
        file.unlink()
    assert set(certs.make(tmp_path).renewed) == set(access.NAMES)
    for name in access.NAMES:
        certificates.read(tmp_path / name, name)


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    first = run(tmp_path)
    assert (first.returncode, first.stdout.count("a new certificate")) == (0, 5)
    second = run(tmp_path)
    assert (second.returncode, second.stdout.count("a new certificate")) == (0, 0)
    assert "to be renewed at" in second.stdout


def test_an_authority_without_its_key_is_told_and_not_replaced(tmp_path: Path) -> None:
    certs.make(tmp_path)
    before = (tmp_path / "ca" / "ca.crt").read_bytes()
    (tmp_path / "ca" / "ca.key").unlink()
    refused = run(tmp_path)
    assert (refused.returncode, "ca.key" in refused.stderr) == (1, True)
    assert (tmp_path / "ca" / "ca.crt").read_bytes() == before


async def test_watching_it_renews_when_that_is_due_until_it_is_stopped(processes: Processes, tmp_path: Path) -> None:
    command = parlance("certs", str(tmp_path / "certificates"), "--watch", "--days", str(3 / 86400))
    watching = processes.start("certs", command)
    await until(lambda: watching.output().count("edge: a new certificate") >= 3)
    watching.signal(signal.SIGTERM)
    assert watching.wait() == 0


def run(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        parlance("certs", str(directory)), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
