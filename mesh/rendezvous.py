"""Chooses one of several replicas for a key, such that all who choose agree (highest random weight).

When a replica comes or goes, only the keys that it wins or held move. Thaler and Ravishankar, "Using name-based mappings
to increase hit rates", IEEE/ACM Transactions on Networking 6(1), 1998.
"""

from collections.abc import Iterable
from hashlib import blake2b


def choose(key: str, addresses: Iterable[str]) -> str:
    """Return the address with the highest weight for the key; raises ValueError when there is none."""
    return max(addresses, key=lambda address: _weight(key, address))


def _weight(key: str, address: str) -> bytes:
    return blake2b(f"{key}\0{address}".encode(), digest_size=8).digest()
