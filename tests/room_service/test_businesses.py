import pytest

from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound
from room_service.business_model import AgentRole, Business, BusinessChanges, ChatForm, FormField, Hours, Theme
from room_service.events import AgentChanged
from tests.room_service.house import House
from tests.room_service.test_identity_keys import ED25519, pem


async def acme(house: House, *, slug: str = "acme") -> Business:
    """Ada owns it, Adam administers it, Alan answers for it."""
    business = await house.businesses.create("ada", slug=slug, name="Acme Tools", time_zone="Europe/Berlin")
    await house.agents.add(business.id, "ada", "adam", AgentRole.ADMIN)
    await house.agents.add(business.id, "adam", "alan", None)
    return business


async def test_whoever_opens_a_business_owns_it(house: House) -> None:
    business = await acme(house)
    assert await house.businesses.get(business.id, "ada") == (business, AgentRole.OWNER)
    assert (business.slug, business.profile.name, business.hours.time_zone) == ("acme", "Acme Tools", "Europe/Berlin")
    assert business.allowed_origins == ()
    assert AgentChanged(business.id) in house.events


async def test_a_slug_belongs_to_one_business(house: House) -> None:
    await acme(house)
    with pytest.raises(AlreadyExists):
        await house.businesses.create("bob", slug="acme", name="Another", time_zone="")
    assert await house.businesses.of_user("bob") == []


async def test_a_slug_that_is_made_from_the_name_is_numbered_until_it_is_free(house: House) -> None:
    slugs = [(await house.businesses.create("bob", slug="", name="Acme!", time_zone="")).slug for _ in range(3)]
    assert slugs == ["acme", "acme-2", "acme-3"]


async def test_a_long_slug_is_cut_to_be_numbered(house: House) -> None:
    name = "The Great Northern Railway and Tea-Rooms Co."
    slugs = [(await house.businesses.create("bob", slug="", name=name, time_zone="")).slug for _ in range(2)]
    assert slugs == ["the-great-northern-railway-and-tea-rooms", "the-great-northern-railway-and-tea-roo-2"]
    name = f"{'a' * 37} bc"
    slugs = [(await house.businesses.create("bob", slug="", name=name, time_zone="")).slug for _ in range(2)]
    assert slugs == [f"{'a' * 37}-bc", f"{'a' * 37}-2"]


async def test_a_business_is_known_to_those_who_answer_for_it_only(house: House) -> None:
    business = await acme(house)
    for user_id, role in (("adam", AgentRole.ADMIN), ("alan", AgentRole.AGENT)):
        assert await house.businesses.get(business.id, user_id) == (business, role)
        assert await house.businesses.of_user(user_id) == [(business, role)]
    with pytest.raises(NotFound):
        await house.businesses.get(business.id, "mallory")


async def test_what_is_changed_is_kept_and_the_rest_stays(house: House) -> None:
    business = await acme(house)
    form = ChatForm((FormField("name", "text", "Name", True),), "Yes?")
    changes = BusinessChanges(
        description="Tools", hours=Hours("UTC", True), theme=Theme("#AABBCC", "left"), form=form,
        allowed_origins=("https://acme.example",),
    )  # fmt: skip
    changed, role = await house.businesses.update(business.id, "adam", changes)
    assert role is AgentRole.ADMIN
    assert (changed.profile.name, changed.profile.description) == ("Acme Tools", "Tools")
    assert (changed.hours, changed.theme.accent, changed.form) == (Hours("UTC", True), "#aabbcc", form)
    assert changed.allowed_origins == ("https://acme.example",)
    renamed, _ = await house.businesses.update(business.id, "ada", BusinessChanges(slug="acme-tools", name="Acme"))
    assert (renamed.slug, renamed.profile.name, renamed.form) == ("acme-tools", "Acme", form)


async def test_agents_do_not_change_the_business(house: House) -> None:
    business = await acme(house)
    with pytest.raises(Forbidden):
        await house.businesses.update(business.id, "alan", BusinessChanges(name="Alan's"))
    with pytest.raises(NotFound):
        await house.businesses.update(business.id, "mallory", BusinessChanges(name="Mallory's"))


@pytest.mark.parametrize(
    "changes",
    [
        BusinessChanges(name="   "),
        BusinessChanges(logo_url="http://acme.example/logo.png"),
        BusinessChanges(logo_url='https://x/"onerror=alert(1)'),
        BusinessChanges(description="x" * 501),
        BusinessChanges(theme=Theme(accent="red")),
        BusinessChanges(slug="api"),
    ],
)
async def test_what_a_business_cannot_be_is_refused(house: House, changes: BusinessChanges) -> None:
    business = await acme(house)
    with pytest.raises(Invalid):
        await house.businesses.update(business.id, "ada", changes)
    assert await house.businesses.get(business.id, "ada") == (business, AgentRole.OWNER)


async def test_only_listed_sites_may_talk_to_a_business(house: House) -> None:
    business = await acme(house)
    await house.businesses.update(business.id, "ada", BusinessChanges(allowed_origins=("https://acme.example",)))
    assert await house.businesses.allows_origin("https://acme.example", "acme")
    assert await house.businesses.allows_origin("https://acme.example", "")
    assert not await house.businesses.allows_origin("https://evil.example", "acme")
    assert not await house.businesses.allows_origin("https://evil.example", "")
    with pytest.raises(NotFound):
        await house.businesses.allows_origin("https://acme.example", "nobody")


async def test_anybody_sees_the_profile_and_whether_it_is_open(house: House) -> None:
    business = await acme(house)
    profile = await house.businesses.public_profile("ACME")
    assert (profile.business.id, profile.open, profile.opens_at, profile.closes_at) == (business.id, True, None, None)
    with pytest.raises(NotFound):
        await house.businesses.public_profile("nobody")


async def test_an_answer_is_promised_within_a_week_at_most_or_not_at_all(house: House) -> None:
    business = await acme(house)
    assert business.profile.reply_within_minutes == 0
    for minutes in (5, 0):
        await house.businesses.update(business.id, "ada", BusinessChanges(reply_within_minutes=minutes))
        profile = await house.businesses.public_profile("acme")
        assert profile.business.profile.reply_within_minutes == minutes
    for minutes in (-1, 10_081):
        with pytest.raises(Invalid) as refused:
            await house.businesses.update(business.id, "ada", BusinessChanges(reply_within_minutes=minutes))
        assert refused.value.field == "reply_within_minutes"


async def test_identity_keys_are_added_and_removed_by_managers(house: House) -> None:
    business = await acme(house)
    key = await house.businesses.add_key(business.id, "adam", key_id="k1", public_key=pem(ED25519))
    assert (await house.businesses.get(business.id, "ada"))[0].identity_keys == (key,)
    with pytest.raises(Invalid):
        await house.businesses.add_key(business.id, "ada", key_id="k1", public_key=pem(ED25519))
    with pytest.raises(Forbidden):
        await house.businesses.add_key(business.id, "alan", key_id="k2", public_key=pem(ED25519))
    await house.businesses.remove_key(business.id, "ada", "k1")
    assert (await house.businesses.get(business.id, "ada"))[0].identity_keys == ()
    with pytest.raises(NotFound):
        await house.businesses.remove_key(business.id, "ada", "k1")
