"""The commands that a person can give: a name behind a slash, and what it needs."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from cli.chat.chat import Chat, Complaint
from client import Message

HISTORY_MESSAGES = 20

Action: TypeAlias = Callable[[Chat, str], Awaitable[None]]


@dataclass(frozen=True)
class Command:
    """One command; `usage` names its arguments, `purpose` is for the list of `/help`."""

    usage: str
    purpose: str
    action: Action
    online: bool
    """Whether it needs the server."""


QUIT = "/quit"
"""Obeyed by whoever reads the lines, for it does not wait its turn."""

COMMANDS: dict[str, Command] = {}
"""All commands by name, in the order of the list."""


def command(name: str, usage: str, purpose: str, *, online: bool = True) -> Callable[[Action], Action]:
    """Make a function the command of this name."""

    def register(action: Action) -> Action:
        COMMANDS[name] = Command(usage, purpose, action, online)
        return action

    return register


async def obey(chat: Chat, line: str) -> None:
    """Carry out a line: a command, or something to say. `//` begins a message with a slash."""
    if not line.startswith("/") or line.startswith("//"):
        if line.strip():
            chat.send(line.removeprefix("/"))
        return
    name, _, argument = line[1:].partition(" ")
    if name not in COMMANDS:
        raise Complaint(f"There is no command /{name}. /help lists those that there are.")
    found = COMMANDS[name]
    if found.online and chat.screen.interactive and not chat.client.online:
        raise Complaint(f"You are offline; /{name} has to wait until you are back.")
    await found.action(chat, argument.strip())


@command("join", "ROOM", "enter a room, or go back to one")
async def join(chat: Chat, argument: str) -> None:
    """Open a room."""
    await chat.open(_wanted(argument, "join ROOM"))


@command("new", "NAME", "open a new public room")
async def open_new(chat: Chat, argument: str) -> None:
    """Make a room and open it."""
    name = _wanted(argument, "new NAME")
    await chat.account.call("POST", "rooms", {"kind": "public", "name": name})
    await chat.open(name)


@command("dm", "NAME", "talk to one person")
async def dm(chat: Chat, argument: str) -> None:
    """Open the room of two people."""
    answer = await chat.account.call("POST", "rooms/direct", {"username": _wanted(argument, "dm NAME")})
    await chat.open(answer["id"])


@command("rooms", "", "list your rooms", online=False)
async def list_rooms(chat: Chat, argument: str) -> None:
    """List the rooms with what is new in them."""
    rows = [(room.name, f"{room.unread} new" if room.unread else "") for room in chat.rooms]
    chat.screen.show(chat.screen.view.table(rows) if rows else chat.screen.view.notice("You are in no room yet."))


@command("leave", "[ROOM]", "leave a room for good")
async def leave(chat: Chat, argument: str) -> None:
    """End a membership."""
    room = chat.rooms.named(argument) if argument else chat.room
    if room is None:
        raise Complaint(f"You are in no room {argument}.")
    await chat.client.leave(room.id)
    if chat.rooms.forget(room.id):
        chat.say(f"You have left {room.name}.")


@command("who", "", "list who is in this room")
async def who(chat: Chat, argument: str) -> None:
    """List the members and who of them is online."""
    page = await chat.account.call("GET", f"rooms/{quote(chat.room.id, safe='')}/members")
    rows = [
        (f"{'●' if member['online'] else '○'} {member['user']['name']}", _standing(member))
        for member in page["members"]
    ]
    chat.screen.show(chat.screen.view.table(rows))
    if page.get("next"):
        chat.say("… and more.")


@command("history", "", "show what was said before")
async def history(chat: Chat, argument: str) -> None:
    """Page back."""
    room = chat.room
    is_beginning = room.first_seq == 1
    messages = [] if is_beginning else await chat.client.history(room.id, room.first_seq, HISTORY_MESSAGES)
    if not messages:
        chat.say("This is where the room begins.")
        return
    room.page_back(messages)
    chat.divide("earlier")
    previous = None
    for message in reversed(messages):
        chat.screen.show(chat.screen.view.message(message, previous, room.find(message.reply_to)))
        previous = message
    chat.divide("now")


@command("edit", "[#N] TEXT", "change what you said last, or message N")
async def edit(chat: Chat, argument: str) -> None:
    """Replace a text."""
    message, text = _addressed(chat, argument, mine=True)
    await chat.client.edit(chat.room.id, message.id, _wanted(text, "edit [#N] TEXT"))


@command("del", "[#N]", "take back what you said last, or message N")
async def delete(chat: Chat, argument: str) -> None:
    """Delete a message."""
    message, _ = _addressed(chat, argument, mine=True)
    await chat.client.delete(chat.room.id, message.id)


@command("react", "[#N] EMOJI", "react to the last message, or to message N; again takes it away")
async def react(chat: Chat, argument: str) -> None:
    """Add or remove a reaction."""
    message, emoji = _addressed(chat, argument)
    emoji = _wanted(emoji, "react [#N] EMOJI")
    mine = any(reaction.emoji == emoji and chat.me in reaction.users for reaction in message.reactions)
    await chat.client.react(chat.room.id, message.id, emoji, on=not mine)


@command("reply", "[#N] TEXT", "answer the last message of somebody else, or message N", online=False)
async def reply(chat: Chat, argument: str) -> None:
    """Send an answer to a message."""
    message, text = _addressed(chat, argument, mine=False)
    chat.send(_wanted(text, "reply [#N] TEXT"), reply_to=message.id)


@command("help", "", "list the commands", online=False)
async def show_help(chat: Chat, argument: str) -> None:
    """List all commands."""
    rows = [(f"/{name} {found.usage}".rstrip(), found.purpose) for name, found in COMMANDS.items()]
    chat.screen.show(chat.screen.view.table([*rows, (QUIT, "leave the program")]))


def _wanted(argument: str, usage: str) -> str:
    if not argument:
        raise Complaint(f"Write it as /{usage}.")
    return argument


def _addressed(chat: Chat, argument: str, *, mine: bool | None = None) -> tuple[Message, str]:
    """The message that `#N` names, else the last one that is one's own, or not, as wanted; and the rest."""
    if match := re.match(r"#(\d+)\s*", argument):
        message = chat.room.messages.get(int(match[1]))
        if message is None:
            raise Complaint(f"Message {match[1]} is not at hand. /history shows earlier ones.")
        return message, argument[match.end() :]
    for message in reversed(chat.room.last(len(chat.room.messages))):
        if message.kind != "notice" and not message.deleted_at and mine in {None, message.sender.id == chat.me}:
            return message, argument
    raise Complaint("There is no such message here.")


def _standing(member: dict[str, Any]) -> str:
    guest = "guest" if member["user"].get("guest") else ""
    role = "" if member["role"] == "member" else member["role"]
    return " ".join(filter(None, [guest, role]))
