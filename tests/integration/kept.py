"""What a business keeps to itself, with marks on it that stand nowhere else."""

from dataclasses import dataclass
from uuid import uuid4

from tests.integration.cast import Cast


@dataclass(frozen=True)
class Kept:
    """Something of everything that a business has."""

    cast: Cast
    names: dict[str, str]
    """What the parameters of paths name."""
    internal: dict[str, str]
    """Marks that not even the visitor sees."""
    of_visitor: dict[str, str]
    """Marks on what the visitor has said itself."""

    @property
    def all_marks(self) -> dict[str, str]:
        return self.internal | self.of_visitor

    @property
    def ids(self) -> dict[str, str]:
        """Of what outsiders do not know of."""
        cast = self.cast
        rooms = {"room": cast.room, "notes": cast.notes, "guest": cast.person("guest").id}
        return rooms | {"business": cast.shop.id, "agent": cast.shop.agent.id, "owner": cast.shop.owner.id}


async def keep(cast: Cast) -> Kept:
    """Have the visitor and the team say and set what is to be kept."""
    shop, path = cast.shop, f"businesses/{cast.shop.id}"
    internal = {what: f"mark{uuid4().hex[:16]}" for what in ("note", "tag", "reply", "site")}
    of_visitor = {"name": cast.person("guest").name, "message": f"mark{uuid4().hex[:16]}"}
    await cast.person("guest").rest("POST", f"rooms/{cast.room}/messages", {"body": of_visitor["message"]})
    await shop.agent.rest("POST", f"rooms/{cast.notes}/messages", {"body": internal["note"]})
    await shop.agent.rest("PATCH", f"conversations/{cast.room}", {"tags": [internal["tag"]]})
    reply = await shop.owner.rest("POST", f"{path}/canned-replies", {"shortcut": "hi", "text": internal["reply"]})
    await shop.owner.rest("PATCH", path, {"allowed_origins": [f"https://{internal['site']}.example"]})
    names = {
        "business_id": shop.id,
        "slug": shop.slug,
        "conversation_id": cast.room,
        "user_id": shop.agent.id,
        "reply_id": reply["id"],
        "key_id": "k1",
        "session_id": "s",
        "attachment_id": "a",
    }
    return Kept(cast, names, internal, of_visitor)


def met(said: dict[str, str], marks: dict[str, str]) -> set[tuple[str, str]]:
    """Which marks stand where."""
    return {(what, where) for where, text in said.items() for what, mark in marks.items() if mark in text}
