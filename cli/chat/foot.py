"""What stands around the line that a person types: pending messages, the room, the connection, who writes, what is new."""

import time

from cli.chat import text, view
from cli.chat.chat import Chat
from cli.chat.commands import COMMANDS, QUIT
from cli.chat.view import Line

TYPING_EVERY_SECONDS = 3.0


class ChatFoot:
    """Draws a chat's state, and tells the others that one is writing."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._told_typing_at: float | None = None

    def prompt(self) -> list[Line]:
        """One line for each message that is on its way, and the open room."""
        room = self._chat.rooms.open
        drawn = self._chat.screen.view
        pending = [
            drawn.pending(message.body) for message in self._chat.pending.values() if not message.stored.is_set()
        ]
        return [*pending, [(view.STRONG, text.cut(room.name, drawn.columns // 3) if room else ""), (view.DIM, "› ")]]

    def toolbar(self) -> str:
        """The connection if there is something to say of it, who is writing here, what is new elsewhere."""
        room = self._chat.rooms.open
        typing = view.typing(room.typing(time.monotonic())) if room else ""
        others = [(other.name, other.unread) for other in self._chat.rooms if other is not room and other.unread]
        new = f"New: {view.unread(others)}" if others else ""
        return view.toolbar([self._connection(), typing, new], self._chat.screen.view.columns)

    def typed(self, line: str) -> None:
        """Tell the others that one is writing, at most every 3 s, and that one has stopped."""
        room = self._chat.rooms.open
        if room is None or line.startswith("/"):
            return
        now = time.monotonic()
        if not line:
            if self._told_typing_at is not None:
                self._chat.client.typing(room.id, on=False)
            self._told_typing_at = None
        elif self._told_typing_at is None or now - self._told_typing_at >= TYPING_EVERY_SECONDS:
            self._chat.client.typing(room.id)
            self._told_typing_at = now

    def completions(self, line: str) -> list[str]:
        """Commands, and the names of rooms behind those that want one."""
        command, space, argument = line.partition(" ")
        if not space:
            names = sorted([QUIT, *(f"/{name}" for name in COMMANDS)])
            return [name for name in names if line and name.startswith(line)]
        if command not in {"/join", "/dm"}:
            return []
        rooms = sorted(room.name for room in self._chat.rooms)
        return [f"{command} {name}" for name in rooms if name.casefold().startswith(argument.casefold())]

    def _connection(self) -> str:
        if self._chat.client.online:
            return ""
        return view.offline(self._chat.client.unsent) if self._chat.ready.is_set() else "Connecting…"
