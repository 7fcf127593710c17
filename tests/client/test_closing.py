import pytest

from client.backoff import Backoff
from client.closing import STABLE_SECONDS, CloseCode, Ending, ReconnectPolicy, explain
from client.errors import Stopped


def test_why_a_connection_was_closed_is_said_in_a_sentence() -> None:
    assert explain(1012) == "The server is restarting."
    assert explain(1006) == explain(4999) == "The connection was lost."


def policy() -> ReconnectPolicy:
    return ReconnectPolicy(Backoff(first_seconds=1, longest_seconds=30, random=lambda: 1.0))


def lost(online_seconds: float = 0) -> Ending:
    return Ending(CloseCode.LOST, "lost", online_seconds)


def test_pauses_double_up_to_the_longest() -> None:
    decides = policy()
    assert [decides.delay_after(lost()) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_pauses_are_drawn_from_nothing_to_their_limit() -> None:
    draws = iter([0.0, 0.25, 1.0])
    backoff = Backoff(first_seconds=8, random=lambda: next(draws))
    assert [backoff.delay(1), backoff.delay(1), backoff.delay(1)] == [0, 2, 8]


def test_a_connection_that_held_ends_the_row_of_failures() -> None:
    decides = policy()
    for _ in range(4):
        decides.delay_after(lost())
    assert decides.delay_after(lost(STABLE_SECONDS)) == 1


def test_a_connection_that_did_not_hold_does_not() -> None:
    decides = policy()
    assert [decides.delay_after(lost(0.1)) for _ in range(3)] == [1, 2, 4]


@pytest.mark.parametrize("code", [1009, 4400, 4403])
def test_some_endings_are_final(code: int) -> None:
    with pytest.raises(Stopped, match="Go away"):
        policy().delay_after(Ending(code, "Go away."))


@pytest.mark.parametrize("code", [1001, 1006, 1011, 1012, 1013, 4290, 4429, 4999])
def test_all_others_are_not(code: int) -> None:
    assert policy().delay_after(Ending(code, "")) == 1


def test_a_refused_token_is_replaced_at_once_but_one_time() -> None:
    decides = policy()
    refused = Ending(CloseCode.UNAUTHENTICATED, "refused")
    assert decides.delay_after(refused) == 0
    decides.delay_after(lost())
    with pytest.raises(Stopped):
        decides.delay_after(refused)


def test_a_token_that_was_good_may_expire_again_and_again() -> None:
    decides = policy()
    expired = Ending(CloseCode.UNAUTHENTICATED, "expired", STABLE_SECONDS)
    assert [decides.delay_after(expired) for _ in range(3)] == [0, 0, 0]


def test_moving_is_not_delayed_unless_there_is_nowhere_to_move_to() -> None:
    decides = policy()
    assert decides.delay_after(Ending(CloseCode.MOVED, "", STABLE_SECONDS)) == 0
    assert decides.delay_after(lost()) == 2
    assert decides.delay_after(Ending(CloseCode.MOVED, "", 0.1)) == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, CloseCode.UNAUTHENTICATED),
        (403, CloseCode.FORBIDDEN),
        (404, CloseCode.MALFORMED),
        (408, CloseCode.OVERLOADED),
        (429, CloseCode.OVERLOADED),
        (502, CloseCode.OVERLOADED),
    ],
)
def test_an_http_status_stands_for_a_close_code(status: int, code: CloseCode) -> None:
    assert CloseCode.of_status(status) is code
