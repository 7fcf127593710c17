"""The installation that is filled: accounts are opened, then rooms, then connections."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from cli.demo.front_desk import FrontDesk
from cli.demo.script import Conversation, Person
from client import Account, AccountError, Client

PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  # without what looks alike
REGISTRATION_SECONDS = 6.0
"""In this time an edge admits one more registration of an address, as it is set by default."""


class NotEmpty(Exception):
    """An account of the demo exists already. The text is its username."""


class Installation:
    """A running Parlance, as seen by the people of the demo."""

    def __init__(self, url: str, accounts: Mapping[str, Account]) -> None:
        self._url = url
        self._accounts = accounts

    @property
    def front_desk(self) -> FrontDesk:
        """Where visitors of the business of the demo are received."""
        return FrontDesk(self._url, self._accounts)

    async def open_room(self, conversation: Conversation) -> str:
        """Open a room and bring its members in; returns its id."""
        owner, *others = conversation.members
        call = self._accounts[owner].call
        if conversation.kind == "direct":
            return str((await call("POST", "rooms/direct", {"username": others[0]}))["id"])
        room = {"name": conversation.name, "kind": conversation.kind, "topic": conversation.topic}
        room_id = str((await call("POST", "rooms", room))["id"])
        for username in others:
            await call("POST", f"rooms/{room_id}/members", {"username": username})
        return room_id

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Mapping[str, Client]]:
        """Everybody's connection. Rooms must be open by then: each connection begins in all of its user's rooms."""
        async with AsyncExitStack() as stack:
            yield {
                username: await stack.enter_async_context(Client(self._url, account.token))
                for username, account in self._accounts.items()
            }


@asynccontextmanager
async def entered(url: str, people: Iterable[Person], password: str) -> AsyncIterator[Installation]:
    """Register everybody, and let them in while the context lasts.

    Raises `NotEmpty` before anything is changed when the first one is there already.
    """
    async with AsyncExitStack() as stack:
        accounts = {}
        for person in people:
            account = accounts[person.username] = await stack.enter_async_context(Account(url))
            await _register(account, person, password)
        yield Installation(url, accounts)


def make_password() -> str:
    """Make up a password that can be read out."""
    groups = ("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


async def _register(account: Account, person: Person, password: str) -> None:
    """Open an account, as soon as the server allows one more."""
    while True:
        try:
            await account.register(person.username, password, person.display_name)
        except AccountError as error:
            if error.status == 409:
                raise NotEmpty(person.username) from error
            if error.status != 429:
                raise
            print("The server limits how many accounts are opened in a minute. Waiting a moment …", flush=True)
            await asyncio.sleep(REGISTRATION_SECONDS)
        else:
            return
