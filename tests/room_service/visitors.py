"""Visitors of a business, as tests have them come in."""

import time
from dataclasses import replace

from room_service.business_model import Business, BusinessChanges, ChatForm, FormField
from room_service.conversation_model import Conversation, Visit
from room_service.model import RoomActivity
from tests.room_service.house import House
from tests.room_service.test_businesses import acme
from tests.room_service.test_identity_keys import ED25519, pem, token

FORM = ChatForm(
    (
        FormField("name", "text", "Name", True),
        FormField("email", "email", "E-mail"),
        FormField("order", "text", "Order"),
    ),
    "You may write to me.",
)
VERA = Visit(
    slug="acme",
    answers={"name": "Vera", "email": "vera@example.org", "order": "A-17"},
    consent=True,
    page="https://acme.example/prices",
    referrer="https://search.example",
)


async def open_shop(house: House) -> Business:
    """A business with a form, a site and a key with which it says who its visitors are. The time is what it is."""
    house.clock.now_ms = time.time_ns() // 1_000_000
    business = await acme(house)
    await house.businesses.update(
        business.id, "ada", BusinessChanges(form=FORM, allowed_origins=("https://acme.example",))
    )
    await house.businesses.add_key(business.id, "ada", key_id="k1", public_key=pem(ED25519))
    return business


async def receive(house: House, visit: Visit = VERA) -> Conversation:
    """Let a visitor in."""
    return (await house.receptionist.receive(visit)).conversation


def returning(conversation: Conversation, visit: Visit = VERA) -> Visit:
    """The same visitor, with the token of its guest."""
    return replace(visit, guest_id=conversation.guest_id, guest_room_id=conversation.room_id, with_message=False)


def signed(visit: Visit = VERA, subject: str = "customer-7", **claims: str) -> Visit:
    """The same visitor, of whom the business says who it is."""
    return replace(visit, identity_token=token(sub=subject, **claims))


async def stored(house: House, conversation: Conversation) -> Conversation:
    """A conversation as it now is."""
    (found,) = await house.conversations.get_many([conversation.room_id])
    return found


async def write(house: House, conversation: Conversation, sender_id: str) -> int:
    """Somebody has written in a conversation; returns when."""
    at = house.clock()
    await house.activity.note([RoomActivity(conversation.room_id, at, sender_id, next(house.seqs))])
    return at
