"""nginx/render.sh: one configuration for every nginx."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from edge.app import EdgeSettings
from edge.rest.attachments import UPLOAD_SECONDS
from edge.rest.routing import MAX_BODY_BYTES, REQUEST_SECONDS
from tests.nginx.front import RENDER, find_nginx, render

EDGES = {"NGINX_EDGE": "edge:8080", "NGINX_RESOLVER": "127.0.0.11"}


def rendered(**settings: str) -> str:
    """The configuration."""
    answer = render(**{"NGINX_VERSION": "1.30.0", **EDGES, **settings})
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def default_of(setting: str) -> object:
    """What an edge does when nobody says anything else."""
    return EdgeSettings.model_fields[setting].default


def test_the_installed_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    nginx = find_nginx()
    answer = render(**EDGES, NGINX_LISTEN="127.0.0.1:8080", NGINX_TEMP=str(tmp_path))
    assert answer.returncode == 0, answer.stderr
    (tmp_path / "nginx.conf").write_text(answer.stdout)
    command = [nginx, "-e", "stderr", "-t", "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


@pytest.mark.parametrize("version", ["1.27.3", "1.28.0", "1.30.6", "2.0.0"])
def test_an_nginx_that_can_follow_a_name_counts_connections(version: str) -> None:
    text = rendered(NGINX_VERSION=version)
    assert re.search(r"upstream edges \{\s+zone edges \d+k;\s+least_conn;[^}]+server edge:8080 resolve ", text)
    assert "set $edge edges;" in text


@pytest.mark.parametrize("version", ["1.22.1", "1.26.3", "1.27.2"])
def test_an_older_nginx_resolves_a_variable(version: str) -> None:
    text = rendered(NGINX_VERSION=version)
    assert "upstream edges" not in text
    assert "set $edge edge:8080;" in text


@pytest.mark.parametrize("version", ["1.22.1", "1.30.6"])
def test_nothing_is_left_to_fill_in(version: str) -> None:
    text = rendered(NGINX_VERSION=version)
    assert not re.search(r"@[A-Z_]+@|#resolve", text)


@pytest.mark.parametrize("missing", EDGES)
def test_what_is_missing_is_named(missing: str) -> None:
    answer = render(**{**EDGES, missing: ""})
    assert answer.returncode == 2
    assert missing in answer.stderr
    assert not answer.stdout


def test_a_version_that_makes_no_sense_is_refused() -> None:
    answer = render(**EDGES, NGINX_VERSION="newest")
    assert answer.returncode == 2
    assert not answer.stdout


def test_every_setting_is_described_at_the_head() -> None:
    head, code = RENDER.read_text().split("\nset -eu\n")
    names = r"\b(?:NGINX|PARLANCE)_[A-Z_]+\b"
    assert {*re.findall(names, code)} == {*re.findall(names, head)}


def test_settings_keep_their_characters() -> None:
    assert "root /srv/a&b|c;" in rendered(NGINX_ROOT="/srv/a&b|c")


def test_it_listens_wherever_it_is_told_to() -> None:
    assert "listen 80; listen [::]:80; " in rendered(NGINX_LISTEN="80 [::]:80")


def test_without_a_proxy_in_front_nobody_is_believed() -> None:
    assert "set_real_ip_from" not in rendered()


def test_its_limits_are_those_of_an_edge() -> None:
    text = rendered()
    assert f"zone=logins:10m rate={default_of('logins_per_minute')}r/m;" in text
    assert f"zone=registrations:10m rate={default_of('registrations_per_minute')}r/m;" in text
    assert f"client_max_body_size {MAX_BODY_BYTES // 1024}k;" in text


def test_it_waits_longer_than_an_edge_does() -> None:
    rest, files, sockets = (int(seconds) for seconds in re.findall(r"proxy_read_timeout (\d+)s;", rendered()))
    assert rest > REQUEST_SECONDS
    assert files > UPLOAD_SECONDS
    assert sockets > 2 * int(str(default_of("heartbeat_seconds")))
    assert "proxy_read_timeout 615s;" in rendered(PARLANCE_HEARTBEAT_SECONDS="300")


def test_a_worker_takes_no_more_connections_than_files_may_be_open() -> None:
    shell = f"ulimit -n 500; exec sh {RENDER}"
    env = {"PATH": os.environ["PATH"], "NGINX_VERSION": "1.30.0", **EDGES}
    answer = subprocess.run(["sh", "-c", shell], env=env, capture_output=True, text=True, check=True)
    assert "worker_connections 436;" in answer.stdout
    assert "only 500 files" in answer.stderr
