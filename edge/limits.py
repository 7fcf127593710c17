"""How often somebody may do something: token buckets, by whatever tells people apart."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from mesh.errors import RateLimited

MAX_KEYS = 50_000
"""The buckets remembered by one limit. Whoever was forgotten starts with a full bucket."""

MAX_UPLOADS_AT_ONCE = 4
"""Of one user."""

_ROUNDING_SECONDS = 1e-6
_IPV6_SUBSCRIBER_BITS = 64


class TokenBucket:
    """Admits `burst` at once and `rate_per_second` in the long run.

    Remembers one number, the moment at which the bucket will be full again (the generic cell rate algorithm of ITU-T
    I.371, Annex A).
    """

    __slots__ = ("_burst_seconds", "_full_at", "_token_seconds")

    def __init__(self, rate_per_second: float, burst: float) -> None:
        self._token_seconds = 1 / rate_per_second
        self._burst_seconds = burst / rate_per_second
        self._full_at = float("-inf")

    def take(self, now: float, n: float = 1) -> float:
        """Take n tokens, or none; returns the seconds to wait for them, 0 when they were taken.

        More than `burst` are never given.
        """
        full_at = max(self._full_at, now) + n * self._token_seconds
        wait = full_at - now - self._burst_seconds
        if wait > _ROUNDING_SECONDS:
            return wait
        self._full_at = full_at
        return 0.0


class Buckets:
    """A bucket for each key, made when it is first used. The least recently used are forgotten when there are too many."""

    def __init__(self, per_minute: float, *, max_keys: int = MAX_KEYS) -> None:
        """A minute's worth may be taken at once, and at least one."""
        self._per_minute = per_minute
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._buckets)

    def take(self, key: str, now: float) -> float:
        """Take a token of this key; returns the seconds to wait for it, 0 when it was taken."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._per_minute / 60, max(1, self._per_minute))
            if len(self._buckets) > self._max_keys:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.take(now)


class Limits:
    """Counts what people do who are not known (log in, register, chat as a visitor), and what costs most: upload."""

    def __init__(
        self,
        *,
        logins_per_minute: float,
        registrations_per_minute: float,
        uploads_per_minute: float,
        chats_per_minute: float,
        business_chats_per_minute: float,
        visitor_messages_per_minute: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Logins are counted for each address and for each username, registrations for each address, uploads by user.

        Chats are counted for each address and for each business, messages for each visitor.
        """
        self._logins_from = Buckets(logins_per_minute)
        self._logins_to = Buckets(logins_per_minute)
        self._registrations_from = Buckets(registrations_per_minute)
        self._uploads_by = Buckets(uploads_per_minute)
        self._chats_from = Buckets(chats_per_minute)
        self._chats_with = Buckets(business_chats_per_minute)
        self._messages_by = Buckets(visitor_messages_per_minute)
        self._uploading: Counter[str] = Counter()
        self._now = now

    def admit_login(self, address: str, username: str) -> None:
        """Count an attempt to log in; raises `RateLimited`."""
        self._admit(self._logins_from, _subscriber(address), "logins", "TOO_MANY_LOGINS")
        self._admit(self._logins_to, username.casefold(), "logins to this account", "TOO_MANY_LOGINS")

    def admit_registration(self, address: str) -> None:
        """Count an attempt to register; raises `RateLimited`."""
        self._admit(self._registrations_from, _subscriber(address), "registrations", "TOO_MANY_REGISTRATIONS")

    def admit_chat(self, address: str, business: str) -> None:
        """Count an attempt to open a chat; raises `RateLimited`. One address cannot use up what a business takes."""
        self._admit(self._chats_from, _subscriber(address), "chats", "TOO_MANY_CHATS")
        self._admit(self._chats_with, business.casefold(), "chats with this business", "TOO_MANY_CHATS")

    def admit_visitor_message(self, guest_id: str) -> None:
        """Count a message of a visitor, on whichever connection; raises `RateLimited`."""
        self._admit(self._messages_by, guest_id, "messages", "TOO_MANY_MESSAGES")

    @contextmanager
    def uploading(self, user_id: str) -> Iterator[None]:
        """Count an upload while it lasts; raises `RateLimited`."""
        if self._uploading[user_id] >= MAX_UPLOADS_AT_ONCE:
            raise RateLimited(
                "You are uploading several files already. Wait for one to end.",
                reason="TOO_MANY_UPLOADS",
                retry_after=1.0,
            )
        self._admit(self._uploads_by, user_id, "uploads", "TOO_MANY_UPLOADS")
        self._uploading[user_id] += 1
        try:
            yield
        finally:
            self._uploading[user_id] -= 1
            if not self._uploading[user_id]:
                del self._uploading[user_id]

    def _admit(self, buckets: Buckets, key: str, what: str, reason: str) -> None:
        wait = buckets.take(key, self._now())
        if wait:
            raise RateLimited(
                f"There were too many {what}. Try again in {_in_words(wait)}.", reason=reason, retry_after=wait
            )


def _subscriber(address: str) -> str:
    """Whoever has an IPv6 address has a whole network of them: the network counts, not the address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return hex(int(ip) >> (128 - _IPV6_SUBSCRIBER_BITS))


def _in_words(seconds: float) -> str:
    if seconds > 90:
        return f"{seconds / 60:.0f} minutes"
    return f"{max(2, round(seconds))} seconds"
