from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pymongo.errors import ServerSelectionTimeoutError
from structlog.testing import capture_logs

from mesh import status
from mesh.errors import KINDS, Conflict, Internal, NotFound, ParlanceError, RateLimited, Unavailable
from parlance.common.v1 import error_pb2
from tests.mesh.live_service import Live, LiveService, announce, calling


@asynccontextmanager
async def raising(error: Exception, folder: Path) -> AsyncIterator[Live]:
    """A client of a real server that fails like this."""

    async def fail() -> None:
        raise error

    address = f"unix:{folder}/live.sock"
    async with LiveService(fail).at(address), calling(address) as live:
        yield live


def told(error: ParlanceError) -> tuple[object, ...]:
    return type(error), error.message, error.reason, error.retry_after, error.field


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
async def test_an_error_arrives_as_it_was_raised(kind: type[ParlanceError], short_tmp: Path) -> None:
    plain = kind("Not this time.")
    full = kind("Grüße, so nicht.", reason="JUST_SO", retry_after=2.5, field="body")
    for raised in (plain, full):
        async with raising(raised, short_tmp) as live:
            with pytest.raises(ParlanceError) as arrived:
                await announce(live)
        assert told(arrived.value) == told(raised)


async def test_what_nobody_foresaw_is_logged_and_leaves_as_an_opaque_error(short_tmp: Path) -> None:
    with capture_logs() as logged:
        async with raising(RuntimeError("password=hunter2"), short_tmp) as live:
            with pytest.raises(Internal) as arrived:
                await announce(live)
    assert told(arrived.value) == told(Internal())
    assert any(entry["event"] == "rpc_failed" and entry["log_level"] == "error" for entry in logged)


async def test_a_database_that_is_away_is_said_to_be_unavailable(short_tmp: Path) -> None:
    async with raising(ServerSelectionTimeoutError("mongo-1:27017: refused"), short_tmp) as live:
        with pytest.raises(Unavailable, match=r"^The database cannot be reached") as arrived:
            await announce(live)
    assert arrived.value.retry_after == 1.0


async def test_a_server_that_is_away_is_said_to_be_unavailable_in_our_words(short_tmp: Path) -> None:
    async with calling(f"unix:{short_tmp}/nobody.sock") as live:
        with pytest.raises(Unavailable, match=r"^The service cannot be reached"):
            await announce(live)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_an_item_of_a_batch_keeps_its_error(kind: type[ParlanceError]) -> None:
    raised = kind("Not this time.", reason="JUST_SO", retry_after=0.25)
    assert told(status.from_proto(status.to_proto(raised))) == told(raised)


def test_the_kinds_of_an_item_are_the_kinds_there_are() -> None:
    named = {name.removeprefix("ERROR_KIND_").lower() for name in error_pb2.ErrorKind.keys()}  # noqa: SIM118  # no dict
    assert named - {"unspecified"} == KINDS.keys()


def test_each_kind_has_its_own_grpc_status() -> None:
    assert len({kind.grpc_status for kind in KINDS.values()}) == len(KINDS)


def test_an_error_of_a_kind_from_the_future_is_internal() -> None:
    proto = error_pb2.Error(kind=error_pb2.ERROR_KIND_UNSPECIFIED, reason="NEW", message="Something new.")
    assert told(status.from_proto(proto)) == (Internal, "Something new.", "NEW", None, None)


def test_a_reason_that_nobody_gave_is_the_kind() -> None:
    reasons = [error("Not this time.").reason for error in (NotFound, Conflict, RateLimited)]
    assert reasons == ["NOT_FOUND", "CONFLICT", "RATE_LIMITED"]
