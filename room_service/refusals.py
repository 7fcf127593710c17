"""The refusals that more than one module gives, worded once."""

from mesh.errors import AlreadyExists, Forbidden, NotFound
from room_service.model import Room, RoomKind


def no_such_room() -> NotFound:
    """Also the answer to somebody who may not know that the room exists."""
    return NotFound("There is no such room.", reason="ROOM_NOT_FOUND")


def no_such_member() -> NotFound:
    """Somebody who is named is not in the room."""
    return NotFound("This person is not a member of the room.", reason="MEMBER_NOT_FOUND")


def not_a_member() -> Forbidden:
    """Whoever asks is not in the room."""
    return Forbidden("You are not a member of this room. Join it first.", reason="NOT_A_MEMBER")


def direct_room() -> Forbidden:
    """Direct rooms have two members and no settings, for good."""
    return Forbidden("A direct room belongs to its two members and cannot be changed.", reason="DIRECT_ROOM")


def check_changeable(room: Room) -> None:
    """Raise for a room whose settings and members are not for people to change."""
    if room.kind is RoomKind.DIRECT:
        raise direct_room()
    if room.kind is RoomKind.SUPPORT:
        raise Forbidden("This room is a visitor's chat with a business, which handles it.", reason="SUPPORT_ROOM")


def name_taken() -> AlreadyExists:
    """Another public room has this name."""
    return AlreadyExists("A public room with this name exists. Choose another name.", reason="NAME_TAKEN", field="name")
