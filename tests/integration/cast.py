"""A conversation of a business, and everybody who may come to its door: the team, visitors, rivals, strangers, nobody."""

from dataclasses import dataclass
from uuid import uuid4

import aiohttp

from mesh import access
from mesh.replicas import connected
from mesh.rpc import Client
from parlance.auth.v1 import auth_pb2
from parlance.auth.v1.auth_pb2_grpc import AuthServiceStub
from tests.integration.cluster import Cluster
from tests.integration.people import PASSWORD, Person, register
from tests.integration.shops import Shop, open_shop
from tests.patience import PATIENCE_SECONDS

TEAM = {"agent", "admin", "owner"}
MANAGERS = {"admin", "owner"}
ACCOUNTS = TEAM | {"member", "agent of another business", "owner of another business", "administrator"}
GUESTS = {"guest", "another guest", "guest of another business"}
EVERYBODY = ACCOUNTS | GUESTS | {"nobody"}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Cast:
    """A business, the room of one of its visitors, and everybody around it."""

    shop: Shop
    room: str
    notes: str
    """The room in which the team talks about the visitor."""
    callers: dict[str, Person | None]
    """By what they are to the business. The visitor is the guest; nobody has not logged in."""

    def person(self, who: str) -> Person:
        """One of those who have logged in."""
        found = self.callers[who]
        assert found is not None
        return found


async def gather(shop: Shop, cluster: Cluster) -> Cast:
    """Bring everybody together. The visitor has a name that stands nowhere else."""
    http, (here, there) = shop.owner.http, cluster.edges
    other = await open_shop(http, there, here)
    visitor, room = await shop.visitor(here, visitor={"name": f"Vera {uuid4().hex}"})
    admin = await register(http, there)
    await shop.owner.rest("POST", f"businesses/{shop.id}/agents", {"user_id": admin.id, "role": "admin"})
    callers = {
        "nobody": None,
        "guest": visitor,
        "another guest": (await shop.visitor(there))[0],
        "guest of another business": (await other.visitor(here))[0],
        "member": await register(http, here),
        "administrator": await administrator(http, cluster),
        "agent of another business": other.agent,
        "owner of another business": other.owner,
        "agent": shop.agent,
        "admin": admin,
        "owner": shop.owner,
    }
    return Cast(shop, room, (await shop.conversation(room))["notes_room"], callers)


async def administrator(http: aiohttp.ClientSession, cluster: Cluster) -> Person:
    """Open an account with the platform's own role, as `parlance admin` does, and log in to it."""
    url, account = cluster.edges[0], {"username": f"root-{uuid4().hex[:12]}", "password": PASSWORD}
    async with connected(cluster.auth_target) as replicas:
        auth = Client(replicas, AuthServiceStub, caller=access.CLI)
        request = auth_pb2.CreateUserRequest(**account, role=auth_pb2.ROLE_ADMIN)
        await auth.call(lambda stub: stub.CreateUser, request, timeout=PATIENCE_SECONDS)
    async with http.post(f"{url}/api/auth/login", json=account) as response:
        assert response.status == 200, await response.text()
        return Person(http, url, await response.json())
