"""Plays conversations through the members' own connections, as if everybody sat at a keyboard."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from cli.demo.script import Conversation, Line
from client import Client, Message, Refused

T = TypeVar("T")


class Player:
    """Lets people talk."""

    def __init__(self, clients: Mapping[str, Client], host: str) -> None:
        """`clients` by username; `host` is the one whose unread messages the script arranges."""
        self._clients = clients
        self._host = host

    async def play(self, room: str, conversation: Conversation) -> None:
        """Say all lines in a room, one after the other, then let the members read them."""
        labels: dict[str, str] = {}
        for line in conversation.lines:
            message = await self._say(room, line, labels.get(line.reply_to))
            if line.label:
                labels[line.label] = message.id
        await asyncio.gather(*(self._read(room, conversation, username) for username in conversation.members))

    async def _say(self, room: str, line: Line, reply_to: str | None) -> Message:
        """Send a line and do to it what its script says."""
        author = self._clients[line.who]
        message = await author.send(room, line.text, reply_to)
        if line.edited:
            await _patiently(lambda: author.edit(room, message.id, line.edited))
        if line.deleted:
            await _patiently(lambda: author.delete(room, message.id))
        for emoji, usernames in line.reactions.items():
            for username in usernames.split():
                await self._react(username, room, message.id, emoji)
        return message

    async def _react(self, username: str, room: str, message_id: str, emoji: str) -> None:
        await _patiently(lambda: self._clients[username].react(room, message_id, emoji))

    async def _read(self, room: str, conversation: Conversation, username: str) -> None:
        unread = conversation.unread if username == self._host else 0
        await _patiently(lambda: self._clients[username].mark_read(room, len(conversation.lines) - unread))


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again when the server names a time for it. Messages need no such care: the client's outbox takes it."""
    while True:
        try:
            return await ask()
        except Refused as refused:
            if refused.retry_after is None:
                raise
            await asyncio.sleep(refused.retry_after)
