"""What people may do with messages: the rules in front of the log."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace
from uuid_utils import UUID

from mesh import texts
from mesh.errors import Forbidden, Invalid, NotFound, ParlanceError
from message_service.activity import Activity, LastMessage
from message_service.attachments import Attachments
from message_service.log import Log
from message_service.membership import Membership, not_a_member
from message_service.model import (
    MAX_BODY_CHARACTERS,
    MAX_EMOJI_CHARACTERS,
    MAX_REACTIONS,
    Message,
    NewMessage,
    Role,
    with_reaction,
)
from message_service.store import MessageStore


class Messages:
    """Sends and changes messages for people."""

    def __init__(
        self,
        log: Log,
        store: MessageStore,
        membership: Membership,
        attachments: Attachments,
        activity: Activity,
        *,
        now: Callable[[], int],
    ) -> None:
        """`now` gives milliseconds since 1970."""
        self._log = log
        self._store = store
        self._attachments = attachments
        self._membership = membership
        self._activity = activity
        self._now = now

    async def send(self, messages: Sequence[NewMessage]) -> list[Message | Exception]:
        """Store messages; one result for each, in order. The order of one sender in a room is kept."""
        seats = await self._membership.seats({(message.sender_id, message.room_id) for message in messages})
        answered = await self._existing({(m.room_id, m.reply_to) for m in messages if m.reply_to is not None})
        admitted = [
            _admitted(message, seats[message.sender_id, message.room_id].role, answered) for message in messages
        ]
        if any(message.attachment_ids for message in messages):
            admitted = await asyncio.gather(*map(self._with_attachments, admitted))
        waiting = [self._append(message) for message in admitted]
        try:
            results = [result if isinstance(result, Exception) else await _settled(result) for result in waiting]
            stored = [result for result in results if isinstance(result, Message)]
            await self._tell([each for each in stored if seats[each.sender_id, each.room_id].in_conversation])
            return results
        except asyncio.CancelledError:  # the caller has given up, and will send again what it still wants
            for result in waiting:
                if isinstance(result, asyncio.Future):
                    result.cancel()
            raise

    def _append(self, message: NewMessage | ParlanceError) -> asyncio.Future[Message] | ParlanceError:
        try:
            return message if isinstance(message, ParlanceError) else self._log.append(message)
        except ParlanceError as error:
            return error

    async def _with_attachments(self, message: NewMessage | ParlanceError) -> NewMessage | ParlanceError:
        """Claim what a message names. One that is stored already needs nothing: the log recognises it."""
        if isinstance(message, ParlanceError) or not message.attachment_ids:
            return message
        try:
            return replace(message, attachments=await self._attachments.claim(message))
        except ParlanceError as error:
            stored = await self._store.get(message.room_id, message.message_id)
            return error if stored is None else message

    async def _tell(self, messages: Sequence[Message]) -> None:
        """Let conversations know of messages. Of their first ones they need not know at once: they wait from the start."""
        await asyncio.gather(
            *(
                self._activity.tell(LastMessage(message.room_id, message.seq, message.sender_id, message.sent_at))
                for message in messages
                if message.seq > 1
            )
        )

    async def edit(self, room_id: str, message_id: str, actor_id: str, body: str) -> Message:
        """Replace the text of one's own message."""
        await self._membership.require(actor_id, room_id)

        def edit(message: Message) -> Message:
            _require_present(message)
            _check_body(body, may_be_empty=bool(message.attachments))
            if message.sender_id != actor_id:
                raise Forbidden("Only the sender of a message can edit it.", reason="NOT_YOUR_MESSAGE")
            return message if message.body == body else replace(message, body=body, edited_at=self._now())

        return await self._log.change(room_id, message_id, edit)

    async def delete(self, room_id: str, message_id: str, actor_id: str) -> Message:
        """Take a message back: one's own, or as a moderator anybody's. Doing it again changes nothing."""
        role = await self._membership.require(actor_id, room_id)

        def edit(message: Message) -> Message:
            if message.sender_id != actor_id and role < Role.MODERATOR:
                raise Forbidden("Only its sender or a moderator can delete a message.", reason="NOT_YOUR_MESSAGE")
            if message.deleted_at is not None:
                return message
            return replace(message, body="", reactions=(), attachments=(), deleted_at=self._now())

        deleted = await self._log.change(room_id, message_id, edit)
        # also when it was deleted before: its files may have stayed
        await self._attachments.remove_of_message(room_id, message_id)
        return deleted

    async def react(self, room_id: str, message_id: str, actor_id: str, emoji: str, *, on: bool) -> Message:
        """Add or remove one's reaction. Doing it again changes nothing."""
        await self._membership.require(actor_id, room_id)
        if not 1 <= len(emoji) <= MAX_EMOJI_CHARACTERS or not _may_be_emoji(emoji):
            raise Invalid("A reaction is one emoji.", reason="BAD_EMOJI", field="emoji")

        def edit(message: Message) -> Message:
            _require_present(message)
            after = with_reaction(message, actor_id, emoji, on)
            if len(after.reactions) > MAX_REACTIONS:
                raise Invalid("This message has all the different reactions it can hold.", reason="TOO_MANY_REACTIONS")
            return after

        return await self._log.change(room_id, message_id, edit)

    async def _existing(self, keys: set[tuple[str, str]]) -> set[tuple[str, str]]:
        if not keys:
            return set()
        return {(message.room_id, message.id) for message in await self._store.get_many(keys)}


async def _settled(future: asyncio.Future[Message]) -> Message | Exception:
    try:
        return await future
    except Exception as error:  # one item's failure is that item's answer
        return error


def _admitted(message: NewMessage, role: Role, existing: set[tuple[str, str]]) -> NewMessage | ParlanceError:
    try:
        _check_new(message, role, existing)
    except ParlanceError as error:
        return error
    return message


def _check_new(message: NewMessage, role: Role, existing: set[tuple[str, str]]) -> None:
    if role is Role.NONE:
        raise not_a_member()
    try:
        UUID(message.message_id)
    except ValueError as error:
        raise Invalid("A message id is a UUID.", reason="BAD_MESSAGE_ID", field="message_id") from error
    _check_body(message.body, may_be_empty=bool(message.attachment_ids))
    if message.reply_to is not None and (message.room_id, message.reply_to) not in existing:
        raise NotFound("The message that this one answers does not exist.", reason="NO_SUCH_MESSAGE", field="reply_to")


def _check_body(body: str, *, may_be_empty: bool) -> None:
    if len(body) > MAX_BODY_CHARACTERS:
        raise Invalid(
            f"A message has at most {MAX_BODY_CHARACTERS:,} characters.", reason="BODY_TOO_LONG", field="body"
        )
    if may_be_empty and not body:
        return
    if not texts.says_something(body):
        raise Invalid("A message cannot be empty.", reason="BODY_EMPTY", field="body")


def _may_be_emoji(text: str) -> bool:
    """Whether it has no letters and no spaces, and something beside ASCII; digits are part of the keycaps."""
    return not text.isascii() and not any(char.isspace() or char.isalpha() for char in text)


def _require_present(message: Message) -> None:
    if message.deleted_at is not None:
        raise NotFound("This message has been deleted.", reason="MESSAGE_DELETED")
