"""What happens on the server, taken in and told to the person."""

import time
from collections.abc import AsyncIterator
from typing import TypeAlias

from cli.chat.chat import Chat
from cli.chat.rooms import TYPING_SECONDS, Room
from client import (
    Connecting,
    ConversationUpdated,
    Event,
    InboxReset,
    MemberJoined,
    MemberLeft,
    Message,
    MessageEvent,
    MessageUpdated,
    Offline,
    Online,
    PresenceEvent,
    ReadEvent,
    RoomCreated,
    RoomDeleted,
    RoomReset,
    RoomUpdated,
    TypingEvent,
    Welcome,
)

InRoom: TypeAlias = (
    MessageEvent
    | MessageUpdated
    | MemberJoined
    | MemberLeft
    | TypingEvent
    | ReadEvent
    | RoomReset
    | RoomUpdated
    | RoomDeleted
)


class News:
    """Keeps the rooms of a chat up to date, and tells what concerns the open one."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def follow(self, events: AsyncIterator[Event]) -> str:
        """Take in events until the client has stopped; gives the reason."""
        reason = ""
        async for event in events:
            if isinstance(event, Offline):
                reason = event.reason
            self.take(event)
            self._chat.screen.refresh()
        return reason

    def take(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Online(welcome=welcome):
                self._welcome(welcome)
            case RoomCreated(room=summary, conversation=None):
                self._chat.rooms.learn(summary, self._chat.me)
            case RoomCreated() | ConversationUpdated() | InboxReset() | Connecting() | Offline() | PresenceEvent():
                pass
            case _:
                if room := self._chat.rooms.get(event.room):
                    self._in_room(room, event)

    def _in_room(self, room: Room, event: InRoom) -> None:
        match event:
            case MessageEvent() | MessageUpdated():
                self._message(room, event.message)
            case MemberJoined() | MemberLeft():
                self._member(room, event)
            case TypingEvent():
                self._typing(room, event)
            case ReadEvent():
                if event.user == self._chat.me:
                    room.read_seq = max(room.read_seq, event.seq)
            case RoomReset():
                self._reset(room)
            case RoomUpdated():
                room.name = event.name or room.name
                self._say_in(room, f"This is {room.name}. {event.topic}")
            case RoomDeleted():
                self._lost(room, f"{room.name} is gone.")

    def _member(self, room: Room, event: MemberJoined | MemberLeft) -> None:
        match event:
            case MemberJoined():
                self._say_in(room, f"{event.user.name} joined.")
            case MemberLeft() if event.user.id == self._chat.me:
                self._lost(room, f"You were removed from {room.name}." if event.removed else f"You left {room.name}.")
            case MemberLeft():
                room.typists.pop(event.user.id, None)
                self._say_in(room, f"{event.user.name} was removed." if event.removed else f"{event.user.name} left.")

    def _typing(self, room: Room, event: TypingEvent) -> None:
        if event.on and event.user.id != self._chat.me:
            room.typists[event.user.id] = (event.user.name, time.monotonic() + TYPING_SECONDS)
        else:
            room.typists.pop(event.user.id, None)

    def _message(self, room: Room, message: Message) -> None:
        if pending := self._chat.pending.get(message.id):
            pending.stored.set()
        before = room.messages.get(message.seq)
        if not room.take_in(message) or room is not self._chat.rooms.open:
            return
        if before is None:
            self._chat.show(room, message)
        else:
            self._chat.screen.show(self._chat.screen.view.change(message, before))

    def _welcome(self, welcome: Welcome) -> None:
        for summary in welcome.rooms:
            self._chat.rooms.learn(summary, self._chat.me)
        self._chat.ready.set()

    def _reset(self, room: Room) -> None:
        room.unload()
        if room is self._chat.rooms.open:
            self._chat.spawn(self._chat.reload(room))

    def _lost(self, room: Room, text: str) -> None:
        self._chat.rooms.forget(room.id)
        self._chat.say(text)

    def _say_in(self, room: Room, text: str) -> None:
        if room is self._chat.rooms.open:
            self._chat.say(text)
