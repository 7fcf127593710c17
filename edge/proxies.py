"""What the proxies in front say about a request, believed only when they are ours."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Address = IPv4Address | IPv6Address


class TrustedProxies:
    """The networks whose word about where a request came from is believed."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """Networks as in `10.0.0.0/8`, or single addresses. Raises ValueError for anything else."""
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(network) for network in networks]

    def client_address(self, request: web.BaseRequest) -> str:
        """Who asks: the peer or, when that is a trusted proxy, whoever the proxy says was its peer, and so on.

        `X-Forwarded-For` is read from the right, where our own proxies write; what a client wrote into it stands further
        left and is never reached.
        """
        hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        return self._untrusted(request.remote or "", hops)

    def is_https(self, request: web.BaseRequest) -> bool:
        """Whether the client speaks TLS, to us or to a trusted proxy."""
        if self._trusts(_parsed(request.remote or "")):
            return request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower() == "https"
        return request.secure

    def _untrusted(self, peer: str, hops: Sequence[str]) -> str:
        address = _parsed(peer)
        for hop in reversed(hops):
            before = _parsed(hop)
            if before is None or not self._trusts(address):
                break
            address = before
        return peer if address is None else str(address)

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def _parsed(text: str) -> Address | None:
    """Read an address as proxies write it, with or without a port; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
