"""What docker-compose.yml promises, as far as it can be read off the file."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mesh import access

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
MESH = {"edge", "auth_service", "room_service", "message_service"}
ONCE = {"setup", "admin"}
"""What ends by itself."""


def networks(service: str) -> set[str]:
    return set(SERVICES[service].get("networks", []))


def meets(network: str) -> set[str]:
    return {name for name in SERVICES if network in networks(name)}


def mounts(service: str) -> dict[str, dict[str, Any]]:
    """The volumes of a service by where they are seen; files of the repository left out."""
    found = {}
    for volume in SERVICES[service].get("volumes", []):
        if isinstance(volume, dict):
            found[volume["target"]] = volume
        elif not volume.startswith("./"):
            source, _, target = volume.partition(":")
            found[target] = {"source": source, "volume": {}}
    return found


def test_all_parts_are_there() -> None:
    assert set(SERVICES) == MESH | ONCE | {"nginx", "mongo", "redis", "certs"}


@pytest.mark.parametrize("service", SERVICES)
def test_the_number_of_replicas_is_one_number(service: str) -> None:
    expected = 2 if service in {"edge", "message_service"} else 1
    assert SERVICES[service]["deploy"]["replicas"] == expected
    assert "container_name" not in SERVICES[service], "a name of its own keeps a service from having replicas"


@pytest.mark.parametrize("service", SERVICES)
def test_memory_is_limited(service: str) -> None:
    assert re.fullmatch(r"\d+[mg]", SERVICES[service]["deploy"]["resources"]["limits"]["memory"])


@pytest.mark.parametrize("service", SERVICES)
def test_what_serves_is_restarted_and_what_ends_is_not(service: str) -> None:
    expected = {"setup": "on-failure", "admin": "no"}.get(service, "unless-stopped")
    assert SERVICES[service]["restart"] == expected


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_can_be_written_and_no_privilege_is_kept_that_is_not_needed(service: str) -> None:
    assert SERVICES[service]["read_only"] is True
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]
    assert not SERVICES[service].get("privileged")
    if service != "mongo":  # whose image hands its files to its user, and then becomes that user
        assert "cap_add" not in SERVICES[service]


@pytest.mark.parametrize("service", SERVICES)
def test_logs_are_bounded(service: str) -> None:
    assert "max-size" in SERVICES[service]["logging"]["options"]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - ONCE))
def test_whether_it_is_well_can_be_seen(service: str) -> None:
    by_image = SERVICES[service]["image"].startswith("parlance")
    assert by_image or SERVICES[service]["healthcheck"]["test"]
    assert not SERVICES[service].get("healthcheck", {}).get("disable")


@pytest.mark.parametrize("service", SERVICES)
def test_images_are_pinned(service: str) -> None:
    assert re.search(r":\d[\w.]*$", SERVICES[service]["image"])


def test_our_images_carry_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ours = {service["image"] for service in SERVICES.values() if service["image"].startswith("parlance")}
    assert ours == {f"parlance:{version}", f"parlance-nginx:{version}"}


def test_each_image_is_built_once() -> None:
    assert {name: service["build"]["target"] for name, service in SERVICES.items() if "build" in service} == {
        "nginx": "nginx",
        "setup": "python",
    }


def test_only_the_front_door_is_reachable_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert {name for name, network in COMPOSE["networks"].items() if not (network or {}).get("internal")} == {"outside"}
    assert meets("outside") == {"nginx"}


def test_each_process_meets_only_those_whom_it_needs() -> None:
    assert meets("front") == {"nginx", "edge"}
    assert meets("mesh") == MESH | {"admin"}
    assert meets("store") == {"mongo", "auth_service", "room_service", "message_service"}
    assert meets("subscribe") == {"redis", "edge"}
    assert meets("publish") == {"redis", "message_service"}
    assert {name for name, service in SERVICES.items() if service.get("network_mode") == "none"} == {"setup", "certs"}


def test_edges_believe_nobody_but_the_front_door_about_who_asks() -> None:
    (pool,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert SERVICES["edge"]["environment"]["PARLANCE_TRUSTED_PROXIES"] == pool["subnet"]


def test_the_mesh_is_encrypted() -> None:
    assert "INSECURE" not in TEXT
    for service in MESH | {"admin"}:
        assert SERVICES[service]["environment"]["PARLANCE_TLS_DIR"] == "/run/parlance/certificates"


def test_no_secret_stands_in_the_file_or_in_an_environment() -> None:
    assert "://" not in re.sub(r"mongodb://mongo:27017/(?= )", "", TEXT), "a URL may hold a password"
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|URL", name):
                assert str(value).startswith("/run/parlance/"), name


@pytest.mark.parametrize("service", sorted(MESH))
def test_a_process_is_given_its_own_certificate_and_its_own_secrets_alone(service: str) -> None:
    given = {target: volume["volume"]["subpath"] for target, volume in mounts(service).items()}
    assert given == {
        "/run/parlance/certificates": f"certificates/{service}",
        "/run/parlance/secrets": f"secrets/{service}",
    }
    assert service in access.NAMES


def test_only_who_makes_certificates_sees_the_key_of_their_authority() -> None:
    whole = {
        service
        for service in SERVICES
        for volume in mounts(service).values()
        if volume["source"] == "installation" and volume["volume"].get("subpath", "certificates") == "certificates"
    }
    assert whole == {"setup", "certs"}


@pytest.mark.parametrize("service", sorted(MESH | {"mongo", "redis", "nginx", "certs"}))
def test_everything_starts_when_what_it_needs_is_well(service: str) -> None:
    needs = {name: need["condition"] for name, need in SERVICES[service]["depends_on"].items()}
    for name, condition in needs.items():
        assert condition == ("service_completed_successfully" if name == "setup" else "service_healthy")
    expected = {"nginx": {"edge"}, "edge": MESH - {"edge"} | {"redis"}, "message_service": {"mongo", "redis"}}
    assert set(needs) == expected.get(service, {"mongo"} if service in MESH else {"setup"})


def test_an_edge_has_time_to_drain() -> None:
    assert SERVICES["edge"]["stop_grace_period"] == "30s"


def test_redis_keeps_within_its_memory_and_lets_nobody_in_unnamed() -> None:
    command = SERVICES["redis"]["command"]
    assert "--maxmemory 192mb --maxmemory-policy volatile-ttl" in command
    assert "--aclfile /run/parlance/secrets/users.acl" in command
