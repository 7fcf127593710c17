"""The demo from the first account to the last word."""

import asyncio
import sys

import aiohttp

from cli.demo.conversations import CAST, CONVERSATIONS
from cli.demo.installation import Installation, NotEmpty, entered, make_password
from cli.demo.player import Player
from cli.demo.visitors import SLUG, VISITS
from client import ClientError

LONGEST_SECONDS = 120.0
UNREACHABLE = (aiohttp.ClientError, OSError)


async def run(url: str) -> int:
    """Fill the installation at `url`, which must be empty. Gives the exit status."""
    password = make_password()
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await fill(url, password)
    except NotEmpty as taken:
        return _fail(
            f"The installation at {url} is not empty: the name “{taken}” is taken.\n"
            "The demo needs one without people: `parlance up --data FOLDER` with a new folder starts it."
        )
    except TimeoutError:
        return _fail(f"The server at {url} takes too long to answer. The demo is incomplete.")
    except UNREACHABLE:
        return _fail(f"No server answers at {url}. Start one with `parlance up`, then try again.")
    except ClientError as error:
        return _fail(f"The demo could not go on: {error}")
    _explain(url, password)
    return 0


async def fill(url: str, password: str) -> None:
    """Bring in everybody, with this password, and let them talk. Raises `NotEmpty`, and what `client` raises."""
    async with entered(url, CAST, password) as installation:
        await _talk(installation)


async def _talk(installation: Installation) -> None:
    print(f"{len(CAST)} people have moved in.", flush=True)
    rooms = [await installation.open_room(conversation) for conversation in CONVERSATIONS]
    print(f"{len(rooms)} rooms are open. People start to talk …", flush=True)
    async with installation.connected() as clients:
        player = Player(clients, host=CAST[0].username)
        for room, conversation in zip(rooms, CONVERSATIONS, strict=True):
            await player.play(room, conversation)
    print(f"{sum(len(conversation.lines) for conversation in CONVERSATIONS)} messages were sent.", flush=True)
    desk = installation.front_desk
    await desk.open()
    print(f"A business is open. {len(VISITS)} visitors come by …", flush=True)
    await desk.receive(VISITS)


def _explain(url: str, password: str) -> None:
    first, *others = (person.username for person in CAST)
    print(
        f"\nLog in as {first}:\n\n    parlance chat {url} --user {first}\n"
        f"\nThe password is\n\n    {password}\n\nand the same for {', '.join(others)}. It is not shown again."
        f"\n\nIn the browser, {first} also answers visitors at {url}/dashboard. They come from {url}/b/{SLUG}."
    )


def _fail(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
