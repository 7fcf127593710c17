"""What a business often says, each under a shortcut. Variables such as {{visitor.name}} are filled in by the dashboard."""

import re
from dataclasses import replace

from uuid_utils.compat import uuid7

from mesh.errors import AlreadyExists, Invalid, NotFound
from room_service.agents import Agents
from room_service.business_model import CannedReply
from room_service.canned_replies_store import CannedRepliesStore

MAX_REPLIES = 500
MAX_CHARACTERS = 2000
VARIABLES = ("visitor.name", "visitor.email", "agent.name", "business.name")
_SHORTCUT = re.compile(r"[\w-]{1,32}")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class CannedReplies:
    """For every agent to use, and for the owner and admins to write."""

    def __init__(self, store: CannedRepliesStore, agents: Agents) -> None:
        self._store = store
        self._agents = agents

    async def list_all(self, business_id: str, actor_id: str) -> list[CannedReply]:
        """All of a business, in order of their shortcuts."""
        await self._agents.require(business_id, actor_id)
        replies = await self._store.of_business(business_id, MAX_REPLIES)
        return sorted(replies, key=lambda reply: reply.shortcut.casefold())

    async def create(self, business_id: str, actor_id: str, *, shortcut: str, text: str) -> CannedReply:
        """Add one; raises `AlreadyExists` when the shortcut is taken."""
        await self._agents.require_manager(business_id, actor_id)
        if len(await self._store.of_business(business_id, MAX_REPLIES)) == MAX_REPLIES:
            raise Invalid(f"A business has at most {MAX_REPLIES} canned replies.", reason="INVALID_REPLY")
        reply = CannedReply(str(uuid7()), business_id, _checked_shortcut(shortcut), _checked_text(text))
        if not await self._store.insert(reply):
            raise _shortcut_taken()
        return reply

    async def update(
        self, business_id: str, actor_id: str, reply_id: str, *, shortcut: str | None, text: str | None
    ) -> CannedReply:
        """Change what is not None."""
        await self._agents.require_manager(business_id, actor_id)
        reply = await self._store.get(business_id, reply_id)
        if reply is None:
            raise _no_such_reply()
        changed = replace(
            reply,
            shortcut=reply.shortcut if shortcut is None else _checked_shortcut(shortcut),
            text=reply.text if text is None else _checked_text(text),
        )
        if not await self._store.replace(changed):
            raise _shortcut_taken()
        return changed

    async def delete(self, business_id: str, actor_id: str, reply_id: str) -> None:
        """Remove one."""
        await self._agents.require_manager(business_id, actor_id)
        if not await self._store.remove(business_id, reply_id):
            raise _no_such_reply()


def _checked_shortcut(shortcut: str) -> str:
    if _SHORTCUT.fullmatch(shortcut) is None:
        raise Invalid("A shortcut is 1 to 32 letters, digits, - and _.", reason="INVALID_REPLY", field="shortcut")
    return shortcut


def _checked_text(text: str) -> str:
    if not text.strip() or len(text) > MAX_CHARACTERS:
        raise Invalid(f"A canned reply has 1 to {MAX_CHARACTERS:,} characters.", reason="INVALID_REPLY", field="text")
    unknown = next((name for name in _VARIABLE.findall(text) if name not in VARIABLES), None)
    if unknown is not None:
        raise Invalid(
            f"“{unknown}” is no variable. There are {', '.join(VARIABLES)}.", reason="INVALID_REPLY", field="text"
        )
    return text


def _shortcut_taken() -> AlreadyExists:
    return AlreadyExists("Another canned reply has this shortcut.", reason="SHORTCUT_TAKEN", field="shortcut")


def _no_such_reply() -> NotFound:
    return NotFound("There is no such canned reply.", reason="REPLY_NOT_FOUND")
