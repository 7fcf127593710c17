"""`python -m bench.visitors`: visitors come to a business whose agents are all connected.

How long from a visitor's request to the owner's screen while 50 come in a second; how long an inbox takes to open when it
holds ten thousand conversations; and what an agent's connection costs then, beside what it cost before. The reference for
the first is a message between the same two edges.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import msgspec
import uvloop

from bench.load import Connection, Observer, connect, message, paced, quantile
from bench.topology import Edge, Services, topology
from mesh import database
from room_service import names
from room_service.conversation_model import Conversation, Status, Visitor
from room_service.conversations_store import ConversationsStore

TARGET_SCREEN_MS = 200.0
TARGET_INBOX_MS = 300.0
TIMES = 60
SLUG = "bench-shop"
AT_ONCE = 16


class Screen:
    """The owner's connection: notes when each conversation appears."""

    def __init__(self, connection: Connection) -> None:
        self.appeared: dict[str, int] = {}
        connection.observer = self._take

    def _take(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"room_created"'):
            now = time.monotonic_ns()
            self.appeared[msgspec.json.decode(payload)["room"]["id"]] = now


async def run(agents: int, rate: float, seconds: float, conversations: int) -> int:
    """Measure, print, and return the exit status."""
    async with topology(pinned=False) as services, services.edge() as here, services.edge() as there:
        owner, *others = await here.register(agents)
        business = await here.call("POST", "businesses", {"name": "Bench", "slug": SLUG}, owner)
        path = f"businesses/{business['id']}"
        for token in others:
            me = (await here.call("GET", "auth/me", token=token))["user"]["id"]
            await here.call("POST", f"{path}/agents", {"user_id": me}, owner)
        few = await login_ms(there, owner)
        screen = Screen(await there.connect(owner))
        for number, token in enumerate(others):
            await (here, there)[number % 2].connect(token)
        reference = await messages_ms(here, there, others, rate, seconds)
        took = await visits_ms(here, screen, rate, seconds)
        said, by_member = await said_ms(here, others[0])
        await store(services, business["id"], conversations)
        inbox = await median_ms(lambda: here.call("GET", f"{path}/conversations?status=open", token=owner))
        counts = await median_ms(lambda: here.call("GET", f"{path}/conversations/counts", token=owner))
        many = await login_ms(there, owner)
    print(f"{len(took)} visitors, {rate:g} a second, {agents} agents: on the owner's screen after")
    print(
        f"  {quantile(took, 0.5):.0f} ms (half of them), {quantile(took, 0.99):.0f} ms (p99), {took[-1]:.0f} ms (last)"
    )
    print(
        f"a member's message at that rate, between the same edges: {quantile(reference, 0.5):.0f} ms (half of them), "
        f"{quantile(reference, 0.99):.0f} ms (p99); a visitor takes {quantile(took, 0.99) / quantile(reference, 0.99):.1f} "
        "times as long at p99"
    )
    print(
        f"what a visitor says is acknowledged in {said:.1f} ms, what a member says in {by_member:.1f} ms: "
        f"{said / by_member:.2f}"
    )
    print(
        f"with {conversations:,} conversations: the inbox opens in {inbox:.0f} ms, its counts come in {counts:.0f} ms"
    )
    print(f"an agent logs in within {many:.1f} ms, {few:.1f} ms without a conversation: {many / few:.2f}")
    good = quantile(took, 0.99) < TARGET_SCREEN_MS and inbox < TARGET_INBOX_MS
    return 0 if good else 1


async def messages_ms(here: Edge, there: Edge, tokens: Sequence[str], rate: float, seconds: float) -> list[float]:
    """The reference, the least that could be called the same: one writes here, one hears it there. Ascending."""
    room = await here.create_room(tokens[0])
    (speaker,), (listener,) = await here.gather(tokens[:1], room, 1), await there.gather(tokens[1:2], room, 1)
    observer = listener.observer = Observer()
    await paced(rate, int(rate * seconds), lambda _, due: speaker.send(message(room, due)))
    await asyncio.sleep(1)
    return sorted(age * 1000 for age in observer.deliveries)


async def visits_ms(edge: Edge, screen: Screen, rate: float, seconds: float) -> list[float]:
    """Let visitors come at a steady rate; returns how long each took to appear, ascending."""
    count = int(rate * seconds)
    due: dict[int, int] = {}
    visits: list[asyncio.Task[str]] = []

    async def visit(number: int) -> str:
        chat = {"business": SLUG, "message": f"Visitor {number} has a question"}
        return str((await edge.call("POST", "v1/public/chat/initiate", chat))["room"])

    def send(number: int, at: int) -> None:
        due[number] = at
        visits.append(asyncio.create_task(visit(number)))

    await paced(rate, count, send)
    rooms = await asyncio.gather(*visits)
    await asyncio.sleep(1)
    return sorted((screen.appeared[room] - due[number]) / 1e6 for number, room in enumerate(rooms))


async def said_ms(edge: Edge, token: str) -> tuple[float, float]:
    """How long a visitor waits for the answer to a message, which its conversation has heard of then, and a member."""
    chat = await edge.call("POST", "v1/public/chat/initiate", {"business": SLUG, "message": "I have some questions"})
    room = await edge.create_room(token)
    took = []
    for one, place in ((chat["access_token"], chat["room"]), (token, room)):
        connection = await edge.connect(one)
        await connection.request("join_room", room=place)

        async def say(connection: Connection = connection, place: str = place) -> None:
            await connection.request("send_message", room=place, message_id=str(uuid4()), body="Another one")

        took.append(await median_ms(say))
    return took[0], took[1]


async def store(services: Services, business_id: str, count: int) -> None:
    """Put conversations straight into the store, as many as have come in some months."""
    now = time.time_ns() // 1_000_000
    async with database.connect(services.store_url, app_name="bench") as documents:
        conversations = ConversationsStore(documents)
        slots = asyncio.Semaphore(AT_ONCE)

        async def insert(number: int) -> None:
            room_id = names.new_room_id()
            at = now - number * 60_000
            async with slots:
                await conversations.insert(
                    Conversation(
                        room_id=room_id,
                        business_id=business_id,
                        guest_id=names.guest_id(room_id),
                        visitor=Visitor(name=f"Visitor {number}", email=f"visitor-{number}@example.org"),
                        created_at=at,
                        last_activity_at=at,
                        changed_at=at,
                        status=Status.OPEN if number % 3 else Status.RESOLVED,
                    )
                )

        await asyncio.gather(*map(insert, range(count)))


async def login_ms(edge: Edge, token: str) -> float:
    """How long it takes from an open connection to its welcome."""

    async def log_in() -> None:
        connection = await connect(edge.address)
        await connection.request("auth", token=token)
        connection.close()

    return await median_ms(log_in)


async def median_ms(work: Callable[[], Awaitable[object]]) -> float:
    """Do it some times, and return the median."""
    took = []
    for _ in range(TIMES):
        started = time.monotonic()
        await work()
        took.append((time.monotonic() - started) * 1000)
    return quantile(sorted(took), 0.5)


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.visitors", description=__doc__)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--rate", type=float, default=50.0, help="visitors a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--conversations", type=int, default=10_000)
    given = parser.parse_args()
    return uvloop.run(run(given.agents, given.rate, given.seconds, given.conversations))


if __name__ == "__main__":
    sys.exit(main())
