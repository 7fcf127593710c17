import random
from collections import Counter

import pytest

from mesh.rendezvous import choose

REPLICAS = ["10.0.0.1:9003", "10.0.0.2:9003", "10.0.0.3:9003", "10.0.0.4:9003"]
KEYS = [f"room-{number}" for number in range(2000)]


def test_all_who_choose_agree_in_whatever_order_they_know_the_replicas() -> None:
    for key in KEYS[:100]:
        assert {choose(key, random.sample(REPLICAS, len(REPLICAS))) for _ in range(5)} == {choose(key, REPLICAS)}


def test_each_replica_has_its_share() -> None:
    shares = Counter(choose(key, REPLICAS) for key in KEYS)
    assert shares.keys() == set(REPLICAS)
    assert all(400 <= share <= 600 for share in shares.values())


def test_only_the_keys_of_a_replica_that_goes_move() -> None:
    *left, gone = REPLICAS
    for key in KEYS:
        before, after = choose(key, REPLICAS), choose(key, left)
        assert before in {after, gone}


def test_keys_that_move_when_a_replica_comes_move_to_it() -> None:
    for key in KEYS:
        before, after = choose(key, REPLICAS), choose(key, [*REPLICAS, "10.0.0.5:9003"])
        assert after in {before, "10.0.0.5:9003"}


def test_there_must_be_a_replica() -> None:
    with pytest.raises(ValueError, match="empty"):
        choose("room", [])
