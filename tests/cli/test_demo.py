"""`parlance demo` as a person runs it, seen through REST by the people whom it leaves behind."""

import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cli.demo.conversations import CONVERSATIONS
from client import Account
from tests.patience import PATIENCE_SECONDS
from tests.processes import Processes, free_port, parlance


@dataclass(frozen=True)
class Demo:
    url: str
    output: str

    @property
    def password(self) -> str:
        (password,) = re.findall(r"^ +(\w{4}(?:-\w{4}){3})$", self.output, re.MULTILINE)
        return str(password)


def run(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        parlance("demo", url), capture_output=True, text=True, timeout=3 * PATIENCE_SECONDS, check=False
    )


@pytest.fixture(scope="module")
def demo(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """An installation that was empty before the demo ran."""
    url = f"http://127.0.0.1:{free_port()}"
    command = parlance("up", "--port", url.rpartition(":")[2], "--data", str(tmp_path_factory.mktemp("demo") / "data"))
    running = processes.start("up", command)
    running.await_ready(url)
    done = run(url)
    assert (done.returncode, done.stderr) == (0, "")
    yield Demo(url, done.stdout)
    running.stop()


@pytest.fixture
async def maya(demo: Demo) -> AsyncIterator[Account]:
    """The first of the cast."""
    async with Account(demo.url) as account:
        await account.login("maya", demo.password)
        yield account


async def rooms_of(account: Account) -> list[dict[str, Any]]:
    return list((await account.call("GET", "auth/me"))["rooms"])


async def messages_of(account: Account) -> list[dict[str, Any]]:
    """The newest 100 of each room."""
    pages = [await account.call("GET", f"rooms/{room['id']}/messages?limit=100") for room in await rooms_of(account)]
    return [message for page in pages for message in page["messages"]]


def test_it_says_how_to_log_in(demo: Demo) -> None:
    assert f"parlance chat {demo.url} --user maya" in demo.output


async def test_everybody_has_an_account_with_the_password_that_is_shown(demo: Demo, maya: Account) -> None:
    people = (await maya.call("GET", "users?limit=100"))["users"]
    assert len(people) == 8
    assert max(len(person["display_name"]) for person in people) == 80
    for person in people:
        async with Account(demo.url) as account:
            await account.login(person["username"], demo.password)


async def test_rooms_of_every_kind_are_open_and_one_is_silent(maya: Account) -> None:
    rooms = await rooms_of(maya)
    assert {room["kind"] for room in rooms} == {"public", "private", "direct"}
    (silent,) = [room for room in rooms if room["seq"] == 0]
    assert silent["name"] == "book-club"
    public = (await maya.call("GET", "rooms"))["rooms"]
    assert len(public) >= 5
    assert all(room["topic"] for room in public)


async def test_unread_messages_are_more_than_99_once_exactly_one_once_and_none_elsewhere(maya: Account) -> None:
    unread = sorted(room["unread"] for room in await rooms_of(maya))
    *none, one, many = unread
    assert set(none) == {0}
    assert one == 1
    assert many > 99


async def test_whoever_is_not_the_first_has_read_everything(demo: Demo) -> None:
    async with Account(demo.url) as sam:
        await sam.login("sam", demo.password)
        assert {room["unread"] for room in await rooms_of(sam)} == {0}


async def test_messages_were_replied_to_edited_deleted_and_reacted_to(maya: Account) -> None:
    messages = await messages_of(maya)
    ids = {message["id"] for message in messages}
    assert any(message["reply_to"] in ids for message in messages)
    assert any(message["edited_at"] and not message["deleted_at"] for message in messages)
    assert any(message["deleted_at"] and not message["body"] for message in messages)
    assert any(len(reaction["users"]) > 1 for message in messages for reaction in message["reactions"])


async def test_what_is_hard_to_show_is_there(maya: Account) -> None:
    bodies = [message["body"] for message in await messages_of(maya)]
    for shape in (r"```\w+\n.*\n```", r"(.+\n){39}", r"https://", r"^[\u0590-\u06ff]", r"@priya", r"^[^\w\s]+$"):
        assert any(re.search(shape, body, re.DOTALL if "`" in shape else 0) for body in bodies), shape


async def test_a_business_has_a_lively_inbox(demo: Demo, maya: Account) -> None:
    (business,) = (await maya.call("GET", "businesses"))["businesses"]
    path = f"businesses/{business['id']}"
    assert f"{demo.url}/b/{business['slug']}" in demo.output
    assert len((await maya.call("GET", f"{path}/canned-replies"))["replies"]) == 4
    conversations = (await maya.call("GET", f"{path}/conversations?limit=100"))["conversations"]
    assert {conversation["status"] for conversation in conversations} == {"open", "pending", "snoozed", "resolved"}
    assert {conversation["priority"] for conversation in conversations} >= {"normal", "high", "urgent"}
    waiting = [conversation for conversation in conversations if conversation["waiting_since"]]
    assert any(conversation["unread"] for conversation in waiting)
    assert any(conversation["visitor"]["verified"] for conversation in conversations)
    assert len({(conversation["assignee"] or {}).get("id") for conversation in conversations}) == 3
    noted = [await maya.call("GET", f"rooms/{each['notes_room']}/messages") for each in conversations]
    assert sum(len(page["messages"]) for page in noted) >= 3


def test_a_second_run_is_refused_and_says_why(demo: Demo) -> None:
    refused = run(demo.url)
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert "“maya” is taken" in refused.stderr
    assert refused.stdout == ""


def test_without_a_server_it_says_how_to_start_one() -> None:
    refused = run(f"http://127.0.0.1:{free_port()}")
    assert refused.returncode == 1
    assert "parlance up" in refused.stderr


def test_scripts_name_only_people_of_their_rooms_and_lines_that_were_said_before() -> None:
    for conversation in CONVERSATIONS:
        labels = {""}
        for line in conversation.lines:
            reacting = {username for usernames in line.reactions.values() for username in usernames.split()}
            assert {line.who, *reacting} <= set(conversation.members), line
            assert line.reply_to in labels, line
            labels.add(line.label)
