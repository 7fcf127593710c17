import pytest

from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound
from tests.room_service.house import House
from tests.room_service.test_businesses import acme

TEXT = "Hello {{visitor.name}}, this is {{ agent.name }}."


async def test_managers_write_and_every_agent_reads(house: House) -> None:
    business = await acme(house)
    hello = await house.canned_replies.create(business.id, "adam", shortcut="hello", text=TEXT)
    bye = await house.canned_replies.create(business.id, "ada", shortcut="Bye", text="Bye!")
    assert await house.canned_replies.list_all(business.id, "alan") == [bye, hello]
    with pytest.raises(Forbidden):
        await house.canned_replies.create(business.id, "alan", shortcut="mine", text="x")
    with pytest.raises(NotFound):
        await house.canned_replies.list_all(business.id, "mallory")


async def test_a_shortcut_stands_for_one_reply_in_each_business(house: House) -> None:
    business, other = await acme(house), await acme(house, slug="other")
    await house.canned_replies.create(business.id, "ada", shortcut="hello", text="x")
    bye = await house.canned_replies.create(business.id, "ada", shortcut="bye", text="x")
    with pytest.raises(AlreadyExists):
        await house.canned_replies.create(business.id, "ada", shortcut="HELLO", text="x")
    with pytest.raises(AlreadyExists):
        await house.canned_replies.update(business.id, "ada", bye.id, shortcut="hello", text=None)
    await house.canned_replies.create(other.id, "ada", shortcut="hello", text="x")


async def test_a_reply_is_changed_and_removed(house: House) -> None:
    business, other = await acme(house), await acme(house, slug="other")
    reply = await house.canned_replies.create(business.id, "ada", shortcut="hello", text="x")
    changed = await house.canned_replies.update(business.id, "ada", reply.id, shortcut=None, text=TEXT)
    assert (changed.shortcut, changed.text) == ("hello", TEXT)
    with pytest.raises(NotFound):
        await house.canned_replies.delete(other.id, "ada", reply.id)
    await house.canned_replies.delete(business.id, "ada", reply.id)
    assert await house.canned_replies.list_all(business.id, "ada") == []
    with pytest.raises(NotFound):
        await house.canned_replies.update(business.id, "ada", reply.id, shortcut=None, text="x")


@pytest.mark.parametrize(
    ("shortcut", "text"),
    [("", "x"), ("two words", "x"), ("x" * 33, "x"), ("x", "  "), ("x", "y" * 2001), ("x", "{{visitor.password}}")],
)
async def test_what_cannot_be_said_is_refused(house: House, shortcut: str, text: str) -> None:
    business = await acme(house)
    with pytest.raises(Invalid):
        await house.canned_replies.create(business.id, "ada", shortcut=shortcut, text=text)
