import asyncio
import contextlib

import pytest

from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from room_service.business_model import AgentRole
from tests.room_service.house import House
from tests.room_service.test_businesses import acme


async def roles(house: House, business_id: str) -> dict[str, AgentRole]:
    return {agent.user_id: agent.role for agent in await house.agents.list_all(business_id, "ada")}


async def test_agents_are_listed_in_order_of_joining_for_each_of_them(house: House) -> None:
    business = await acme(house)
    listed = await house.agents.list_all(business.id, "alan")
    assert [agent.user_id for agent in listed] == ["ada", "adam", "alan"]
    with pytest.raises(NotFound):
        await house.agents.list_all(business.id, "mallory")


async def test_who_is_in_already_stays_as_it_is(house: House) -> None:
    business = await acme(house)
    assert (await house.agents.add(business.id, "ada", "adam", AgentRole.AGENT)).role is AgentRole.ADMIN


@pytest.mark.parametrize(
    ("actor", "role", "refusal"),
    [
        ("alan", AgentRole.AGENT, Forbidden),
        ("adam", AgentRole.ADMIN, Forbidden),
        ("ada", AgentRole.OWNER, Invalid),
        ("mallory", AgentRole.AGENT, NotFound),
    ],
)
async def test_who_may_not_bring_somebody_in_does_not(
    house: House, actor: str, role: AgentRole, refusal: type[Exception]
) -> None:
    business = await acme(house)
    with pytest.raises(refusal):
        await house.agents.add(business.id, actor, "eve", role)
    assert "eve" not in await roles(house, business.id)


async def test_the_owner_hands_over_and_becomes_an_admin(house: House) -> None:
    business = await acme(house)
    await house.agents.update(business.id, "ada", "alan", AgentRole.OWNER)
    assert await roles(house, business.id) == {
        "ada": AgentRole.ADMIN,
        "adam": AgentRole.ADMIN,
        "alan": AgentRole.OWNER,
    }


async def test_only_the_owner_changes_roles_and_keeps_its_own(house: House) -> None:
    business = await acme(house)
    with pytest.raises(Forbidden):
        await house.agents.update(business.id, "adam", "alan", AgentRole.ADMIN)
    with pytest.raises(Conflict):
        await house.agents.update(business.id, "ada", "ada", AgentRole.AGENT)
    with pytest.raises(Invalid):
        await house.agents.update(business.id, "ada", "alan", None)


async def test_anybody_leaves_but_the_owner(house: House) -> None:
    business = await acme(house)
    await house.agents.remove(business.id, "alan", "alan")
    assert "alan" not in await roles(house, business.id)
    with pytest.raises(Conflict):
        await house.agents.remove(business.id, "ada", "ada")
    with pytest.raises(NotFound):
        await house.agents.remove(business.id, "ada", "alan")


async def test_agents_remove_nobody_and_admins_no_admin(house: House) -> None:
    business = await acme(house)
    await house.agents.add(business.id, "ada", "eve", AgentRole.ADMIN)
    for actor, target in (("alan", "adam"), ("adam", "eve")):
        with pytest.raises(Forbidden):
            await house.agents.remove(business.id, actor, target)
    await house.agents.remove(business.id, "adam", "alan")
    assert "alan" not in await roles(house, business.id)


async def test_a_business_whose_owner_goes_away_passes_to_an_admin(house: House) -> None:
    business = await acme(house)
    await house.agents.remove_user("ada")
    listed = await house.agents.list_all(business.id, "adam")
    assert [(agent.user_id, agent.role) for agent in listed] == [
        ("adam", AgentRole.OWNER),
        ("alan", AgentRole.AGENT),
    ]


async def owners(house: House, business_id: str) -> list[str]:
    found = await house.agents.list_all(business_id, "adam")
    return [agent.user_id for agent in found if agent.role is AgentRole.OWNER]


async def hand_over(house: House, business_id: str, heir: str) -> None:
    with contextlib.suppress(Conflict, Forbidden):
        await house.agents.update(business_id, "ada", heir, AgentRole.OWNER)


async def test_who_hands_over_to_several_at_once_leaves_one_owner(house: House) -> None:
    business = await acme(house)
    await asyncio.gather(*(hand_over(house, business.id, heir) for heir in ("adam", "alan") * 4))
    assert len(await owners(house, business.id)) == 1
    assert (await house.agents.require(business.id, "ada")).role is AgentRole.ADMIN


async def test_a_handover_that_was_interrupted_is_completed_by_the_next(house: House) -> None:
    business = await acme(house)
    await house.agents_store.change_role(await house.agents.require(business.id, "alan"), AgentRole.OWNER)
    await house.agents.update(business.id, "ada", "alan", AgentRole.OWNER)
    assert await owners(house, business.id) == ["alan"]


async def test_an_owner_who_goes_away_twice_leaves_one_owner(house: House) -> None:
    business = await acme(house)
    await house.agents_store.change_role(await house.agents.require(business.id, "alan"), AgentRole.OWNER)
    await house.agents.remove_user("ada")  # the first time it was interrupted when Alan had become the owner
    assert await owners(house, business.id) == ["alan"]
