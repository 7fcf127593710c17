from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from edge.backends import Backends, connect
from edge.rest.sessions import REMEMBERED_SECONDS, Sessions
from mesh.errors import Unauthenticated
from mesh.server import serving
from parlance.auth.v1 import auth_pb2
from tests.edge.rest.standins import StandIns


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def backends(services: StandIns, short_tmp: Path) -> AsyncIterator[Backends]:
    address = f"unix:{short_tmp / 'mesh.sock'}"
    async with (
        serving(address, services.registrations()),
        connect(auth_target=address, room_target=address, message_target=address) as backends,
    ):
        yield backends


async def test_that_a_session_stands_is_asked_once_in_five_seconds(backends: Backends, services: StandIns) -> None:
    clock = Clock()
    sessions = Sessions(backends.verifier, now=clock)
    request = make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {services.token('ada')}"})
    for _ in range(3):
        assert (await sessions.identify(request)).user_id == "ada"
    assert len(services.asked("CheckSessions")) == 1
    services.ended.add("session-ada")
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(Unauthenticated):
        await sessions.identify(request)


async def test_that_a_session_has_ended_is_not_remembered(backends: Backends, services: StandIns) -> None:
    sessions = Sessions(backends.verifier, now=Clock())
    request = make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {services.token('ada')}"})
    services.ended.add("session-ada")
    with pytest.raises(Unauthenticated):
        await sessions.identify(request)
    services.ended.clear()
    assert (await sessions.identify(request)).user_id == "ada"


async def test_the_scheme_may_be_written_in_any_case(backends: Backends, services: StandIns) -> None:
    sessions = Sessions(backends.verifier)
    services.add_user("ada", role=auth_pb2.ROLE_ADMIN)
    request = make_mocked_request("GET", "/", headers={"Authorization": f"bearer  {services.token('ada')}"})
    assert (await sessions.identify(request)).is_admin
