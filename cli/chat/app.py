"""The terminal client, put together."""

import asyncio
import sys
from contextlib import aclosing, suppress

import aiohttp

from cli.chat.chat import Chat, Complaint
from cli.chat.commands import QUIT, obey
from cli.chat.foot import ChatFoot
from cli.chat.login import PASSWORD_VARIABLE, log_in
from cli.chat.news import News
from cli.chat.pipes import Pipes
from cli.chat.screen import Screen
from cli.chat.terminal import Terminal
from client import Account, AccountError, Client, ClientError, Stopped

COMMAND_SECONDS = 15.0
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError)


async def run(url: str, user: str | None, room: str | None) -> int:
    """Log in and talk until the person leaves. Gives the exit status: 1 if something failed, 2 if nobody could log in."""
    screen: Screen = Terminal() if sys.stdin.isatty() and sys.stdout.isatty() else Pipes()
    async with Account(url) as account:
        try:
            await log_in(account, screen, user)
        except EOFError:
            return _fail(
                "" if screen.interactive else f"Give a name with --user and a password in {PASSWORD_VARIABLE}."
            )
        except AccountError as error:
            return _fail(str(error))
        except UNREACHABLE:
            return _fail(f"No server answers at {url}.")
        try:
            async with Client(url, account.token) as client:
                return await App(Chat(account, client, screen), room).run()
        finally:
            with suppress(ClientError, *UNREACHABLE):
                await account.logout()


def _fail(reason: str) -> int:
    if reason:
        print(reason, file=sys.stderr)
    return 2


class App:
    """Reads lines and carries them out one after the other, while news come in."""

    def __init__(self, chat: Chat, room: str | None) -> None:
        self._chat = chat
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._warned = False
        if room:
            self._lines.put_nowait(f"/join {room}")

    async def run(self) -> int:
        """Go on until the person leaves or the client stops."""
        following = asyncio.create_task(News(self._chat).follow(self._chat.client.events()))
        tasks = {following, asyncio.create_task(self._read()), asyncio.create_task(self._work())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._chat.close()
        if following in done:
            print(f"Disconnected: {following.result()}", file=sys.stderr)
            return 1
        return 1 if self._chat.failed and not self._chat.screen.interactive else 0

    async def _read(self) -> None:
        """Line up what is entered. A script is done when all that it asked for is."""
        async with aclosing(self._chat.screen.lines(ChatFoot(self._chat))) as lines:
            async for line in lines:
                if line.strip() != QUIT:
                    self._lines.put_nowait(line)
                elif self._may_quit():
                    break
        if not self._chat.screen.interactive:
            await self._lines.join()
            await self._chat.settle()

    async def _work(self) -> None:
        """Carry out what is lined up."""
        await self._chat.ready.wait()
        if self._lines.empty() and self._chat.screen.interactive:
            self._lines.put_nowait(self._first_command())
        while True:
            await self._carry_out(await self._lines.get())
            self._lines.task_done()

    async def _carry_out(self, line: str) -> None:
        if line.startswith("/") and not self._chat.screen.interactive:
            await self._chat.settle()  # a script may change what it has just said
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await obey(self._chat, line)
        except (TimeoutError, aiohttp.ClientError, OSError):
            self._complain("The server has not answered in time. Try again.")
        except Stopped:
            pass  # the end of the news says why
        except (Complaint, ClientError) as error:
            self._complain(str(error))

    def _complain(self, text: str) -> None:
        self._chat.failed = True
        self._chat.say(text)

    def _first_command(self) -> str:
        """The room that was active last, else the way to one."""
        for room in self._chat.rooms:
            return f"/join {room.id}"
        self._chat.say("You are in no room yet. /join ROOM enters one, /new NAME opens one.")
        return "/help"

    def _may_quit(self) -> bool:
        """A person who would lose messages has to say it twice."""
        unsent = self._chat.client.unsent
        if not unsent or self._warned or not self._chat.screen.interactive:
            return True
        self._warned = True
        self._chat.say(f"Unsent messages: {unsent}. {QUIT} once more leaves without them.")
        return False
