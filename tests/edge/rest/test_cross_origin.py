import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import NotFound
from parlance.room.v1 import business_pb2 as pb
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns

SHOP = "https://shop.example"
PAGE = "/api/v1/public/businesses/acme"
NAMED = "Access-Control-Allow-Origin"


@pytest.fixture(autouse=True)
def acme(services: StandIns) -> None:
    services.answers["GetPublicProfile"] = pb.GetPublicProfileResponse(
        slug="acme",
        profile=pb.Profile(name="Acme", reply_within_minutes=5),
        theme=pb.Theme(accent="#0b6e99", position="right", colour_scheme="auto"),
        open=True,
        closes_at=Timestamp(seconds=1_800_000_000),
    )
    services.answers["CheckOrigin"] = lambda request: pb.CheckOriginResponse(allowed=request.origin == SHOP)


async def test_a_page_of_a_listed_site_reads_the_answer(api: Api, services: StandIns) -> None:
    response = await api("GET", PAGE, headers={"Origin": SHOP})
    assert (response.status, response.headers[NAMED], response.headers["Vary"]) == (200, SHOP, "Origin")
    profile = await response.json()
    assert profile["name"] == "Acme"
    assert (profile["reply_within_minutes"], profile["opens_at"]) == (5, None)
    assert profile["closes_at"] == "2027-01-15T08:00:00Z"
    assert services.asked("CheckOrigin") == [pb.CheckOriginRequest(origin=SHOP, slug="acme")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://shop.example"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_any_other_site_is_refused_and_reads_nothing(api: Api, origin: str, method: str) -> None:
    response = await api(method, PAGE, headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert (response.status, (await response.json())["reason"]) == (403, "ORIGIN_NOT_ALLOWED")
    assert NAMED not in response.headers


async def test_a_listed_site_is_told_beforehand_what_it_may_send(api: Api) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}
    response = await api("OPTIONS", PAGE, headers={"Origin": SHOP, **asked})
    assert (response.status, response.headers[NAMED]) == (204, SHOP)
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Idempotency-Key"


async def test_our_own_pages_and_programs_need_no_permission(api: Api, services: StandIns) -> None:
    for headers in ({"Origin": f"http://{api.host}"}, {}):
        response = await api("GET", PAGE, headers=headers)
        assert response.status == 200
        assert NAMED not in response.headers
    assert services.asked("CheckOrigin") == []


async def test_an_error_can_be_read_by_the_page_too(api: Api, services: StandIns) -> None:
    services.answers["GetPublicProfile"] = NotFound("There is no such business.")
    response = await api("GET", PAGE, headers={"Origin": SHOP})
    assert response.status == 404
    assert NAMED in response.headers


async def test_the_rest_of_the_api_says_nothing_to_other_sites(api: Api) -> None:
    response = await api("GET", "/api/rooms", headers={"Origin": SHOP}, user="ada")
    assert NAMED not in response.headers


async def test_what_was_said_of_a_site_is_remembered_for_a_moment(api: Api, services: StandIns) -> None:
    for _ in range(3):
        await api("GET", PAGE, headers={"Origin": SHOP})
    assert len(services.asked("CheckOrigin")) == 1
