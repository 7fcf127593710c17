from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.certs.authority import Authority
from mesh import certificates
from tests.mesh.papers import DAY, Papers


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


def test_it_reads_whom_a_certificate_names_and_how_long(papers: Papers) -> None:
    found = certificates.read(papers.issue("edge", lifetime=DAY), "edge")
    assert found.name == "edge"
    assert abs(found.ends - datetime.now(UTC) - DAY) < timedelta(minutes=1)
    assert found.begins < datetime.now(UTC)


def test_a_certificate_is_good_no_longer_than_its_authority(tmp_path: Path) -> None:
    old = Authority.new(datetime.now(UTC) - timedelta(days=3649))
    found = certificates.read(Papers(tmp_path, old).issue("edge", lifetime=100 * DAY), "edge")
    assert found.ends == old.certificate.not_valid_after_utc


def test_any_name_will_do_where_none_is_expected(papers: Papers) -> None:
    assert certificates.read(papers.issue("edge")).name == "edge"


def test_all_files_that_are_missing_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file") as fault:
        certificates.read(tmp_path, "edge")
    for name in ("ca.crt", "tls.crt", "tls.key"):
        assert f"{tmp_path / name}: No such file or directory" in str(fault.value)


def test_all_faults_of_a_certificate_are_named_at_once(papers: Papers, tmp_path: Path) -> None:
    folder = papers.issue("room_service", lifetime=DAY, age=2 * DAY)
    stranger = Papers(tmp_path / "other").issue("edge")
    for name in ("ca.crt", "tls.key"):
        (folder / name).write_bytes((stranger / name).read_bytes())
    with pytest.raises(ValueError, match="has expired on") as fault:
        certificates.read(folder, "edge")
    for said in (
        "is for room_service, not for edge",
        "does not belong to tls.crt",
        "is not from the authority in ca.crt",
    ):
        assert said in str(fault.value)


@pytest.mark.parametrize("name", ["ca.crt", "tls.crt", "tls.key"])
def test_a_file_that_is_something_else_is_named(papers: Papers, name: str) -> None:
    folder = papers.issue("edge")
    (folder / name).write_text("-----BEGIN NONSENSE-----")
    with pytest.raises(ValueError, match=f"{name} holds nothing that can be used"):
        certificates.read(folder, "edge")


def test_a_certificate_of_the_future_is_refused(papers: Papers) -> None:
    with pytest.raises(ValueError, match="is not valid before"):
        certificates.read(papers.issue("edge", age=-DAY), "edge")
