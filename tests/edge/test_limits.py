from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.limits import MAX_UPLOADS_AT_ONCE, Buckets, Limits, TokenBucket
from mesh.errors import RateLimited

RATES = st.floats(min_value=0.01, max_value=1000)
BURSTS = st.integers(min_value=1, max_value=1000)
PAUSES = st.lists(st.floats(min_value=0, max_value=100), max_size=60)
NOW = 86_400.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def limited(now: Clock | None = None, **per_minute: float) -> Limits:
    """Limits of one a minute, but for what is said."""
    kinds = ("logins", "registrations", "uploads", "chats", "business_chats", "visitor_messages")
    rates = dict.fromkeys(kinds, 1.0) | per_minute
    return Limits(**{f"{what}_per_minute": rate for what, rate in rates.items()}, now=now or Clock())


@given(RATES, BURSTS)
def test_a_new_bucket_gives_its_burst_at_once_and_no_more(rate: float, burst: int) -> None:
    bucket = TokenBucket(rate, burst)
    assert [bucket.take(NOW) for _ in range(burst)] == [0.0] * burst
    assert bucket.take(NOW) == pytest.approx(1 / rate, rel=1e-3)


@given(RATES, BURSTS, PAUSES)
def test_in_the_long_run_no_more_than_the_rate_is_given(rate: float, burst: int, pauses: list[float]) -> None:
    bucket, now, taken = TokenBucket(rate, burst), NOW, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now) == 0
    assert taken <= burst + rate * (now - NOW) + 0.01


@given(RATES, BURSTS, st.integers(min_value=1, max_value=5))
def test_whoever_waits_as_told_is_admitted(rate: float, burst: int, n: int) -> None:
    bucket, now = TokenBucket(rate, burst + 5), NOW
    for _ in range(20):
        wait = bucket.take(now, n)
        if wait:
            assert bucket.take(now + wait, n) == 0
            now += wait


def test_a_refusal_costs_nothing() -> None:
    bucket = TokenBucket(1, 2)
    bucket.take(NOW, 2)
    for _ in range(100):
        bucket.take(NOW)
    assert bucket.take(NOW + 1) == 0


def test_more_than_the_burst_is_never_given() -> None:
    bucket = TokenBucket(10, 2)
    assert bucket.take(NOW, 3) > 0
    assert bucket.take(NOW + 3600, 3) > 0


def test_each_key_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(1)
    assert [buckets.take(key, NOW) for key in ("ada", "bob", "ada")] == [0, 0, 60]


def test_the_least_recently_used_key_is_forgotten_first() -> None:
    buckets = Buckets(1, max_keys=2)
    for key in ("ada", "bob", "ada", "cyd"):
        buckets.take(key, NOW)
    assert len(buckets) == 2
    assert buckets.take("ada", NOW) > 0
    assert buckets.take("bob", NOW) == 0


def test_logins_are_limited_by_address() -> None:
    clock = Clock()
    limits = limited(clock, logins=2)
    limits.admit_login("203.0.113.1", "ada")
    limits.admit_login("203.0.113.1", "bob")
    with pytest.raises(RateLimited) as refused:
        limits.admit_login("203.0.113.1", "cyd")
    assert (refused.value.reason, refused.value.retry_after) == ("TOO_MANY_LOGINS", pytest.approx(30))
    limits.admit_login("203.0.113.2", "cyd")
    clock.now += 30
    limits.admit_login("203.0.113.1", "cyd")


def test_logins_are_limited_by_username_without_regard_to_case() -> None:
    limits = limited()
    limits.admit_login("203.0.113.1", "Ada")
    with pytest.raises(RateLimited):
        limits.admit_login("203.0.113.2", "aDA")


def test_an_ipv6_network_counts_as_one_address() -> None:
    limits = limited()
    limits.admit_registration("2001:db8:0:1::1")
    with pytest.raises(RateLimited) as refused:
        limits.admit_registration("2001:db8:0:1:ffff::2")
    assert refused.value.reason == "TOO_MANY_REGISTRATIONS"
    limits.admit_registration("2001:db8:0:2::1")


def test_an_ipv4_address_written_as_ipv6_is_the_same_address() -> None:
    limits = limited()
    limits.admit_registration("203.0.113.1")
    with pytest.raises(RateLimited):
        limits.admit_registration("::ffff:203.0.113.1")
    limits.admit_registration("::ffff:203.0.113.2")


@pytest.mark.parametrize(
    ("per_minute", "words"), [(120, "2 seconds"), (6, "10 seconds"), (1, "60 seconds"), (0.1, "10 minutes")]
)
def test_the_time_to_wait_is_said_in_words(per_minute: float, words: str) -> None:
    limits = limited(registrations=per_minute)
    for _ in range(max(1, int(per_minute))):
        limits.admit_registration("203.0.113.1")
    with pytest.raises(RateLimited, match=f"Try again in {words}"):
        limits.admit_registration("203.0.113.1")


def test_uploads_are_counted_by_user() -> None:
    limits = limited()
    with limits.uploading("ada"):
        pass
    with pytest.raises(RateLimited) as refused, limits.uploading("ada"):
        pass
    assert refused.value.reason == "TOO_MANY_UPLOADS"
    with limits.uploading("bob"):
        pass


def test_a_user_has_only_so_many_uploads_at_once() -> None:
    limits = limited(uploads=100)
    with ExitStack() as running:
        for _ in range(MAX_UPLOADS_AT_ONCE):
            running.enter_context(limits.uploading("ada"))
        with pytest.raises(RateLimited), limits.uploading("ada"):
            pass
    with limits.uploading("ada"):
        pass


def test_chats_are_limited_by_address_and_by_business() -> None:
    limits = limited(business_chats=2)
    limits.admit_chat("203.0.113.1", "acme")
    with pytest.raises(RateLimited) as refused:
        limits.admit_chat("203.0.113.1", "other")
    assert refused.value.reason == "TOO_MANY_CHATS"
    limits.admit_chat("203.0.113.2", "ACME")
    with pytest.raises(RateLimited):
        limits.admit_chat("203.0.113.3", "acme")
