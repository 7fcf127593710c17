"""Who may call which RPC about a business and its visitors: each RPC of the contract, tried by everybody.

The RPCs are those of the descriptors. A new one fails here until it says whom it admits.
"""

from typing import Any

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from mesh.errors import Forbidden, NotFound, ParlanceError
from parlance.room.v1 import business_pb2, conversation_pb2
from room_service.business_model import AgentRole
from room_service.business_servicer import BusinessServicer
from room_service.conversation_servicer import ConversationServicer
from tests.grpc_adapter import Calls
from tests.room_service.house import House
from tests.room_service.visitors import open_shop, receive

CALLERS = (
    "nobody",
    "guest",
    "another guest",
    "member",
    "agent",
    "agent of another business",
    "owner of another business",
    "admin",
    "owner",
)
TEAM = frozenset({"agent", "admin", "owner"})
MANAGERS = frozenset({"admin", "owner"})
ADMITTED = {
    "GetBusiness": TEAM,
    "UpdateBusiness": MANAGERS,
    "ListAgents": TEAM,
    "AddAgent": MANAGERS,
    "UpdateAgent": MANAGERS,
    "RemoveAgent": MANAGERS,
    "ListCannedReplies": TEAM,
    "CreateCannedReply": MANAGERS,
    "UpdateCannedReply": MANAGERS,
    "DeleteCannedReply": MANAGERS,
    "AddIdentityKey": MANAGERS,
    "RemoveIdentityKey": MANAGERS,
    "ListConversations": TEAM,
    "CountConversations": TEAM,
    "GetConversation": TEAM,
    "UpdateConversation": TEAM,
    "EraseConversation": MANAGERS,
}
BEHIND_THE_DOOR = {"KEY_NOT_FOUND"}
"""Why those are refused who may ask: what they name is not there any more."""
OF_NO_BUSINESS = {
    "CreateBusiness": "anybody with an account may open one",
    "ListBusinesses": "gives one's own",
    "GetPublicProfile": "is public",
    "CheckOrigin": "is what pages are told",
    "InitiateChat": "receives visitors",
    "BatchGetConversations": "serves the edge itself",
    "ListChangedConversations": "serves the edge itself",
}
"""RPCs that ask for no place in a business, with the reason."""
SERVICES: list[tuple[ServiceDescriptor, type]] = [
    (business_pb2.DESCRIPTOR.services_by_name["BusinessService"], BusinessServicer),
    (conversation_pb2.DESCRIPTOR.services_by_name["ConversationService"], ConversationServicer),
]
METHODS = {method.name: (service, servicer, method) for service, servicer in SERVICES for method in service.methods}


def test_every_rpc_says_whom_it_admits() -> None:
    assert METHODS.keys() == ADMITTED.keys() | OF_NO_BUSINESS.keys()
    assert not ADMITTED.keys() & OF_NO_BUSINESS.keys()
    for name, (_, _, method) in METHODS.items():
        fields = set(method.input_type.fields_by_name)
        assert ("actor_id" in fields and bool(fields & {"business_id", "room_id"})) == (name in ADMITTED), name


async def cast(house: House) -> dict[str, str]:
    """A business and everybody around it, by their user ids."""
    business = await open_shop(house)
    rival = await house.businesses.create("rival", slug="rival", name="Rival", time_zone="")
    await house.agents.add(rival.id, "rival", "ralph", AgentRole.AGENT)
    return {
        "business": business.id,
        "nobody": "",
        "guest": (await receive(house)).guest_id,
        "another guest": (await receive(house)).guest_id,
        "member": "stranger",
        "agent": "alan",
        "agent of another business": "ralph",
        "owner of another business": "rival",
        "admin": "adam",
        "owner": "ada",
    }


async def named(house: House, business_id: str, name: str) -> dict[str, str]:
    """Something of everything that requests name, which nobody has touched yet."""
    someone, word = f"anna-{next(house.seqs)}", f"hi-{next(house.seqs)}"
    if name != "AddAgent":
        await house.agents.add(business_id, "ada", someone, None)
    return {
        "business_id": business_id,
        "room_id": (await receive(house)).room_id,
        "user_id": someone,
        "reply_id": (await house.canned_replies.create(business_id, "ada", shortcut=word, text="Hello")).id,
        "key_id": "k1",
        "shortcut": f"{word}-there",
        "text": "new",
    }


async def kept(house: House, names: dict[str, str]) -> tuple[object, ...]:
    """All that requests can change, as it now is."""
    business_id = names["business_id"]
    return (
        await house.businesses.get(business_id, "ada"),
        await house.agents.list_all(business_id, "ada"),
        await house.canned_replies.list_all(business_id, "ada"),
        await house.conversations.get_many([names["room_id"]]),
    )


async def admits(call: Calls, name: str, request: Any) -> bool:
    """Whether an RPC lets somebody in; what it makes of the request then is not asked."""
    try:
        await call(name, request)
    except (NotFound, Forbidden) as refusal:
        return refusal.reason in BEHIND_THE_DOOR
    except ParlanceError:
        return True
    return True


@pytest.mark.parametrize("name", ADMITTED)
async def test_an_rpc_admits_those_and_changes_nothing_for_others(house: House, name: str) -> None:
    service, servicer, method = METHODS[name]
    callers, call = await cast(house), Calls(service, servicer(house))
    admitted = set()
    for who in CALLERS:
        names = await named(house, callers["business"], name)
        before = await kept(house, names)
        if await admits(call, name, asked(method, names, callers[who])):
            admitted.add(who)
        else:
            assert await kept(house, names) == before, who
    assert admitted == ADMITTED[name]


def asked(method: Any, names: dict[str, str], actor_id: str) -> Any:
    """A request of a method, with all that it can name."""
    known = names | {"actor_id": actor_id}
    fields = {name: value for name, value in known.items() if name in method.input_type.fields_by_name}
    return method.input_type._concrete_class(**fields)
