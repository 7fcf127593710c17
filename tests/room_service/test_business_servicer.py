import pytest

from mesh import access
from mesh.errors import Forbidden, Invalid
from parlance.room.v1 import business_pb2 as pb
from room_service.business_servicer import BusinessServicer
from tests.grpc_adapter import Calls
from tests.room_service.house import House

SERVICE = pb.DESCRIPTOR.services_by_name["BusinessService"]


@pytest.fixture
async def call(house: House) -> Calls:
    return Calls(SERVICE, BusinessServicer(house))


async def create(call: Calls) -> pb.Business:
    response = await call("CreateBusiness", pb.CreateBusinessRequest(actor_id="ada", name="Acme"))
    business: pb.Business = response.business
    return business


def test_every_method_is_the_edges_alone() -> None:
    for method in SERVICE.methods:
        assert access.allowed_callers(getattr(BusinessServicer, method.name)) == {access.EDGE}, method.name


async def test_who_is_not_named_is_refused(call: Calls) -> None:
    with pytest.raises(Forbidden):
        await call("GetBusiness", pb.GetBusinessRequest(), caller=access.MESSAGE)


async def test_settings_survive_the_way_in_and_out(call: Calls) -> None:
    business = await create(call)
    changes = pb.BusinessChanges(
        description="Tools",
        hours=pb.Hours(
            time_zone="Europe/Berlin",
            limited=True,
            periods=[pb.WeeklyPeriod(weekday=1, opens=0, closes=1440)],
            exceptions=[pb.DayException(date="2026-12-24", periods=[pb.DayPeriod(opens=60, closes=120)])],
        ),
        theme=pb.Theme(accent="#112233", position="left", colour_scheme="dark", greeting="Hi", launcher="Chat"),
        form=pb.ChatForm(
            fields=[pb.FormField(key="topic", kind="select", label="Topic", required=True, options=["a", "b"])],
            consent="Yes?",
        ),
        allowed_origins=pb.OriginList(origins=["https://acme.example"]),
    )
    request = pb.UpdateBusinessRequest(business_id=business.id, actor_id="ada", changes=changes)
    changed = (await call("UpdateBusiness", request)).business
    assert (changed.hours, changed.theme, changed.form) == (changes.hours, changes.theme, changes.form)
    assert list(changed.allowed_origins) == ["https://acme.example"]
    assert (
        await call("GetBusiness", pb.GetBusinessRequest(business_id=business.id, actor_id="ada"))
    ).business == changed
    profile = await call("GetPublicProfile", pb.GetPublicProfileRequest(slug="acme"))
    shown = (profile.profile, profile.theme, profile.form, profile.hours)
    assert shown == (changed.profile, changed.theme, changed.form, changed.hours)

    none = pb.BusinessChanges(allowed_origins=pb.OriginList())
    request = pb.UpdateBusinessRequest(business_id=business.id, actor_id="ada", changes=none)
    emptied = (await call("UpdateBusiness", request)).business
    assert (list(emptied.allowed_origins), emptied.theme) == ([], changes.theme)


async def test_a_setting_that_is_not_known_is_refused(call: Calls) -> None:
    business = await create(call)
    changes = pb.BusinessChanges(theme=pb.Theme(accent="#112233", position="middle", colour_scheme="dark"))
    with pytest.raises(Invalid) as refused:
        await call("UpdateBusiness", pb.UpdateBusinessRequest(business_id=business.id, actor_id="ada", changes=changes))
    assert refused.value.reason == "INVALID_SETTING"


async def test_a_team_is_built_and_taken_apart(call: Calls) -> None:
    business = await create(call)
    place = {"business_id": business.id, "actor_id": "ada"}
    agent = (await call("AddAgent", pb.AddAgentRequest(**place, user_id="bob"))).agent
    assert (agent.user_id, agent.role) == ("bob", pb.AGENT_ROLE_AGENT)
    request = pb.UpdateAgentRequest(**place, user_id="bob", role=pb.AGENT_ROLE_ADMIN)
    assert (await call("UpdateAgent", request)).agent.role == pb.AGENT_ROLE_ADMIN
    listed = await call("ListBusinesses", pb.ListBusinessesRequest(user_id="bob"))
    assert [(each.id, each.role) for each in listed.businesses] == [(business.id, pb.AGENT_ROLE_ADMIN)]
    await call("RemoveAgent", pb.RemoveAgentRequest(**place, user_id="bob"))
    listed = await call("ListAgents", pb.ListAgentsRequest(**place))
    assert [agent.user_id for agent in listed.agents] == ["ada"]


async def test_canned_replies_are_written_and_removed(call: Calls) -> None:
    place = {"business_id": (await create(call)).id, "actor_id": "ada"}
    reply = (await call("CreateCannedReply", pb.CreateCannedReplyRequest(**place, shortcut="hi", text="Hi"))).reply
    request = pb.UpdateCannedReplyRequest(**place, reply_id=reply.id, text="Hello")
    changed = (await call("UpdateCannedReply", request)).reply
    assert (changed.shortcut, changed.text) == ("hi", "Hello")
    await call("DeleteCannedReply", pb.DeleteCannedReplyRequest(**place, reply_id=reply.id))
    assert not (await call("ListCannedReplies", pb.ListCannedRepliesRequest(**place))).replies
