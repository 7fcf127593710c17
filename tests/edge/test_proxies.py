from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from edge.proxies import TrustedProxies

OURS = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"]
CLIENT = "203.0.113.5"


def request_from(peer: str, *forwarded_for: str, proto: str = "", tls: bool = False) -> web.Request:
    headers = CIMultiDict(("X-Forwarded-For", value) for value in forwarded_for)
    if proto:
        headers["X-Forwarded-Proto"] = proto
    transport = Mock()
    transport.get_extra_info = {"peername": (peer, 4711)}.get
    return make_mocked_request("GET", "/", headers=headers, transport=transport, sslcontext=tls or None)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        (CLIENT, [], CLIENT),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [CLIENT], CLIENT),
        ("10.0.0.1", [f"{CLIENT}, 10.0.0.2"], CLIENT),
        ("10.0.0.1", [CLIENT, "10.0.0.2"], CLIENT),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("192.0.2.7", [f"{CLIENT}:5555"], CLIENT),
        ("fd00::1", ["[2001:db8::9]:5555"], "2001:db8::9"),
        ("fd00::1", ["2001:db8::9"], "2001:db8::9"),
        ("::ffff:10.0.0.1", [f"::ffff:{CLIENT}"], CLIENT),
    ],
)
def test_the_client_is_whoever_the_last_of_our_proxies_heard_from(
    peer: str, forwarded_for: list[str], client: str
) -> None:
    assert TrustedProxies(OURS).client_address(request_from(peer, *forwarded_for)) == client


@pytest.mark.parametrize(
    ("peer", "forwarded_for"),
    [
        (CLIENT, ["198.51.100.1"]),
        (CLIENT, ["10.0.0.1"]),
        ("10.0.0.1", [f"198.51.100.1, {CLIENT}"]),
        ("10.0.0.1", ["198.51.100.1", CLIENT]),
        ("10.0.0.1", [f"198.51.100.1, 10.0.0.9, {CLIENT}, 10.0.0.2"]),
        ("10.0.0.1", [f"nonsense, {CLIENT}"]),
    ],
)
def test_what_a_client_writes_itself_is_not_believed(peer: str, forwarded_for: list[str]) -> None:
    assert TrustedProxies(OURS).client_address(request_from(peer, *forwarded_for)) == CLIENT


@pytest.mark.parametrize("forwarded_for", ["nonsense", "", ",", "203.0.113.5, ,", "unknown", "_hidden"])
def test_what_is_no_address_ends_the_search(forwarded_for: str) -> None:
    assert TrustedProxies(OURS).client_address(request_from("10.0.0.1", forwarded_for)) == "10.0.0.1"


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert TrustedProxies().client_address(request_from("10.0.0.1", CLIENT)) == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "proto", "tls", "is_https"),
    [
        ("10.0.0.1", "https", False, True),
        ("10.0.0.1", "http, https", False, True),
        ("10.0.0.1", "https, http", False, False),
        ("10.0.0.1", "", True, False),
        (CLIENT, "https", False, False),
        (CLIENT, "http", True, True),
    ],
)
def test_https_is_believed_of_the_connection_and_of_our_proxies(
    peer: str, proto: str, tls: bool, is_https: bool
) -> None:
    assert TrustedProxies(OURS).is_https(request_from(peer, proto=proto, tls=tls)) is is_https


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        TrustedProxies(["everywhere"])
