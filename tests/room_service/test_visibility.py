"""Every RPC about a business, tried by those who have nothing to do with it."""

from typing import Any

import pytest

from mesh.errors import Forbidden, NotFound
from parlance.room.v1 import business_pb2, conversation_pb2
from room_service.business_servicer import BusinessServicer
from room_service.conversation_servicer import ConversationServicer
from tests.grpc_adapter import Calls
from tests.room_service.house import House
from tests.room_service.visitors import open_shop, receive, stored

SERVICES = [
    (business_pb2.DESCRIPTOR.services_by_name["BusinessService"], BusinessServicer),
    (conversation_pb2.DESCRIPTOR.services_by_name["ConversationService"], ConversationServicer),
]
ASKED = [(service, servicer, method) for service, servicer in SERVICES for method in service.methods]
OPEN = {
    "CreateBusiness": "everybody may open one",
    "ListBusinesses": "one's own",
    "GetPublicProfile": "is public",
    "CheckOrigin": "is what pages are told",
    "InitiateChat": "visitors are received",
    "BatchGetConversations": "an edge asks for itself",
    "ListChangedConversations": "an edge asks for itself",
}


@pytest.mark.parametrize(("service", "servicer", "method"), ASKED, ids=[method.name for _, _, method in ASKED])
async def test_whoever_has_nothing_to_do_with_a_business_gets_nothing_of_it(
    house: House, service: Any, servicer: Any, method: Any
) -> None:
    if method.name in OPEN:
        assert method.name == "CreateBusiness" or "actor_id" not in method.input_type.fields_by_name
        return
    business = await open_shop(house)
    conversation = await receive(house)
    reply = await house.canned_replies.create(business.id, "ada", shortcut="hi", text="Hello")
    await house.businesses.create("rival", slug="rival", name="Rival", time_zone="")
    known = {
        "business_id": business.id,
        "room_id": conversation.room_id,
        "user_id": "alan",
        "reply_id": reply.id,
        "key_id": "k1",
        "shortcut": "new",
        "text": "new",
    }
    call = Calls(service, servicer(house))
    before = await house.businesses.get(business.id, "ada")
    for actor_id in ("rival", "stranger", conversation.guest_id, ""):
        fields = {name: value for name, value in known.items() if name in method.input_type.fields_by_name}
        request = method.input_type._concrete_class(**fields, actor_id=actor_id)
        with pytest.raises((NotFound, Forbidden)):
            await call(method.name, request)
    assert await house.businesses.get(business.id, "ada") == before
    assert await stored(house, conversation) == conversation
    assert len(await house.agents.list_all(business.id, "ada")) == 3
