"""Whom each frame that names a room admits: to a visitor's room and to the notes beside it, tried by everybody.

A frame that is new fails here until it says whom it admits, and so does one that is gone.
"""

from uuid import uuid4

import pytest

from tests.integration.cast import ACCOUNTS, GUESTS, TEAM, Cast
from tests.integration.people import Person, Socket, register
from tests.integration.room_frames import FIELDS_OF, fields_for

ADMITTED = {
    "join_room": TEAM | {"guest"},
    "leave_room": ACCOUNTS | GUESTS - {"guest"},  # there is nothing to leave for those who are not in it
    "send_message": TEAM | {"guest"},
    "edit_message": TEAM | {"guest"},
    "delete_message": TEAM | {"guest"},
    "react": TEAM | {"guest"},
    "history": TEAM | {"guest"},
    "mark_read": TEAM | {"guest"},
    "typing": TEAM | {"guest"},
}
IN_NOTES = {
    "leave_room": ACCOUNTS | GUESTS,
}
"""Whom a frame admits to the notes, where that is not whom it admits to the visitor's room less the visitor."""
AT_THE_DOOR = {"GUEST_NOT_ALLOWED", "NOT_A_MEMBER", "ROOM_NOT_FOUND", "SUPPORT_ROOM"}
"""Why those are refused who are not admitted; any other refusal would be about what they ask."""


async def acted_on(socket: Socket, kind: str, room: str, message_id: str) -> bool:
    """Whether a frame does what it says."""
    answer = await socket.ask(kind, **fields_for(kind, room, message_id))
    assert answer["type"] == "ack" or answer["reason"] in AT_THE_DOOR, answer
    return bool(answer["type"] == "ack")


async def enter(socket: Socket, room: str) -> str:
    """Come in and say something, as far as one may; returns the id of the message, which is one's own then."""
    await socket.ask("join_room", room=room)
    message_id = str(uuid4())
    await socket.ask("send_message", room=room, message_id=message_id, body="It is me")
    return message_id


async def admits(caller: Person, kind: str, room: str) -> bool:
    async with caller.connected() as socket:
        message_id = str(uuid4()) if kind == "join_room" else await enter(socket, room)
        return await acted_on(socket, kind, room, message_id)


async def admitted(cast: Cast, kind: str, room: str) -> set[str]:
    return {who for who, caller in cast.callers.items() if caller and await admits(caller, kind, room)}


async def seen_typing(cast: Cast, room: str) -> set[str]:
    """Typing is not answered: a colleague listens in the room until the owner is seen, who types last.

    What is told by one edge comes in order, and all are at the same.
    """
    shop, url = cast.shop, cast.shop.owner.url
    colleague = await register(shop.owner.http, url)
    await shop.owner.rest("POST", f"businesses/{shop.id}/agents", {"user_id": colleague.id})
    people = {who: caller for who, caller in cast.callers.items() if caller}
    async with colleague.connected() as listener:
        await listener.ask("join_room", room=room)
        for caller in people.values():
            async with caller.connected(url) as socket:
                await socket.ask("join_room", room=room)
                await socket.raw.send_json({"type": "typing", "room": room})
                await socket.ask("ping")
        last = await listener.event("typing", user={"id": shop.owner.id, "name": shop.owner.name, "guest": False})
        typing = [frame["user"]["id"] for frame in [last, *listener.unseen] if frame["type"] == "typing"]
    return {who for who, caller in people.items() if caller.id in typing}


def test_every_frame_says_whom_it_admits() -> None:
    assert FIELDS_OF.keys() == ADMITTED.keys()
    assert IN_NOTES.keys() <= ADMITTED.keys()


@pytest.mark.parametrize("kind", ADMITTED)
async def test_a_frame_admits_those_and_nobody_else(cast: Cast, kind: str) -> None:
    rooms = (cast.room, cast.notes)
    found = [await (seen_typing(cast, room) if kind == "typing" else admitted(cast, kind, room)) for room in rooms]
    assert found == [ADMITTED[kind], IN_NOTES.get(kind, ADMITTED[kind] - {"guest"})]


async def test_the_team_is_in_no_room_that_it_has_not_joined(cast: Cast) -> None:
    async with cast.shop.owner.connected() as socket:
        for kind in ADMITTED.keys() - {"join_room", "leave_room", "typing"}:
            for room in (cast.room, cast.notes):
                assert not await acted_on(socket, kind, room, str(uuid4())), kind


async def test_no_frame_admits_anybody_who_has_not_logged_in(cast: Cast) -> None:
    for kind in ADMITTED:
        for room in (cast.room, cast.notes):
            async with Socket.open(cast.shop.owner.http, cast.shop.owner.url) as socket:
                answer = await socket.ask(kind, **fields_for(kind, room, str(uuid4())))
                assert answer["reason"] == "NOT_AUTHENTICATED", (kind, answer)
                assert await socket.closed() == 4401
