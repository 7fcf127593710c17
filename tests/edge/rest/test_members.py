from parlance.message.v1 import live_pb2
from parlance.room.v1 import room_pb2
from tests.edge.rest.conftest import Api
from tests.edge.rest.standins import StandIns


async def test_members_come_with_name_role_and_presence(api: Api, services: StandIns) -> None:
    services.add_user("bob")
    services.answers["ListMembers"] = room_pb2.ListMembersResponse(
        members=[
            room_pb2.Membership(user_id="ada", role=room_pb2.MEMBER_ROLE_OWNER, muted=True),
            room_pb2.Membership(user_id="bob", role=room_pb2.MEMBER_ROLE_BANNED, muted=True),
        ],
        next_page_token="more",
    )
    services.answers["ListPresence"] = live_pb2.ListPresenceResponse(online_user_ids=["bob"])
    page = await (await api("GET", "/api/rooms/den/members?banned=true&limit=200", user="ada")).json()
    ada, bob = page["members"]
    assert (ada["user"]["name"], ada["role"], ada["online"], ada["muted"]) == ("Ada", "owner", False, True)
    assert (bob["user"]["name"], bob["role"], bob["online"]) == ("Bob", "banned", True)
    assert "muted" not in bob
    assert page["next"] == "more"
    assert services.asked("ListMembers")[0].with_banned


async def test_only_what_is_said_is_changed(api: Api, services: StandIns) -> None:
    services.answers["UpdateMember"] = room_pb2.UpdateMemberResponse(membership=room_pb2.Membership(user_id="ada"))
    await api("PATCH", "/api/rooms/den/members/ada", {"muted": False}, user="ada")
    await api("PATCH", "/api/rooms/den/members/ada", {"role": "moderator"}, user="ada")
    muted, role = services.asked("UpdateMember")
    assert (muted.muted, muted.HasField("muted"), muted.role) == (False, True, room_pb2.MEMBER_ROLE_UNSPECIFIED)
    assert (role.HasField("muted"), role.role) == (False, room_pb2.MEMBER_ROLE_MODERATOR)


async def test_nobody_is_made_a_banned_member(api: Api) -> None:
    body = {"role": "banned"}
    assert await api.reason("PATCH", "/api/rooms/den/members/bob", body, user="ada") == (400, "BAD_INPUT")


async def test_removing_bans_only_when_told_to(api: Api, services: StandIns) -> None:
    services.answers["RemoveMember"] = room_pb2.RemoveMemberResponse()
    await api("DELETE", "/api/rooms/den/members/bob", user="ada")
    await api("DELETE", "/api/rooms/den/members/bob?ban=true", user="ada")
    assert [request.ban for request in services.asked("RemoveMember")] == [False, True]
