from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from msgspec.structs import replace

from mesh.database import Database
from mesh.errors import Forbidden, Invalid, NotFound, ParlanceError
from message_service import stripping
from message_service.activity import Activity
from message_service.attachments import UNSENT_MS, Attachments
from message_service.attachments_store import AttachmentStore
from message_service.image_pool import ImagePool
from message_service.log import Log
from message_service.membership import Membership, Pair
from message_service.messages import Messages
from message_service.model import Attachment, Message, NewMessage, Role, Seat
from message_service.reader import Reader
from message_service.store import MessageStore
from message_service.uploads import UPLOADS_AT_ONCE, Uploads, clean_name
from tests.message_service import pictures
from tests.message_service.photographs import SECRET, chunk, photograph
from tests.message_service.writing import new, ticking, unheard

CONTENT = bytes(range(256)) * 4000  # longer than three chunks of GridFS


class Stage:
    """Everything that has to do with files, at a time that can be moved."""

    def __init__(self, database: Database, store: MessageStore, pool: ImagePool) -> None:
        self.now = 1_700_000_000_000
        self.files = AttachmentStore(database)
        self.membership = Membership(self._seats, now=lambda: 0.0)
        self.attachments = Attachments(self.files, store, self.membership, now=lambda: self.now)
        self.uploads = Uploads(self.files, self.membership, pool, now=lambda: self.now)
        self._log = Log(store, lambda _message: None, lambda _room_id: None, now=ticking())
        self.messages = Messages(self._log, store, self.membership, self.attachments, Activity(unheard), now=ticking())
        self._database = database

    async def _seats(self, pairs: Sequence[Pair]) -> list[Seat]:
        return [Seat(Role.NONE if user_id == "eve" else Role.MEMBER) for user_id, _ in pairs]

    async def upload(
        self, room: str, content: bytes = CONTENT, name: str = "notes.bin", user: str = "ann"
    ) -> Attachment:
        return await self.uploads.upload(room, user, name, in_pieces(content))

    async def send(self, message: NewMessage) -> Message:
        (result,) = await self.messages.send([message])
        if isinstance(result, Exception):
            raise result
        return result

    async def read(self, room: str, attachment: Attachment, user: str = "ann", **part: int) -> bytes:
        file = await self.attachments.get(room, attachment.id, user)
        where = {"offset": 0, "length": 0} | part
        pieces = self.attachments.read(file, thumbnail=False, **where)
        return b"".join([piece async for piece in pieces])

    async def chunks(self, attachment: Attachment) -> int:
        """How many pieces of a file and of its thumbnail the database holds."""
        kept = self._database["attachments.chunks"]
        ids = (attachment.id, f"{attachment.id}/thumbnail")
        return sum([len(await kept.find({"files_id": {"$eq": each}}).to_list(100)) for each in ids])


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


@pytest.fixture
async def stage(database: Database, store: MessageStore, pool: ImagePool) -> Stage:
    stage = Stage(database, store, pool)
    await stage.files.ensure_indexes()
    return stage


def with_files(room: str, *attachments: Attachment, sender_id: str = "ann", body: str = "") -> NewMessage:
    ids = tuple(attachment.id for attachment in attachments)
    return replace(new(room, body), sender_id=sender_id, attachment_ids=ids)


async def reason(stage: Stage, message: NewMessage) -> str:
    with pytest.raises(ParlanceError) as refused:
        await stage.send(message)
    return refused.value.reason


async def test_a_file_comes_back_as_it_was_uploaded(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    assert (attachment.name, attachment.media_type) == ("notes.bin", "application/octet-stream")
    assert await stage.read(room, attachment) == CONTENT


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (261_119, 2), (300_001, 400_000), (1_023_999, 1), (5, 0)])
async def test_any_part_of_a_file_can_be_had(stage: Stage, room: str, offset: int, length: int) -> None:
    attachment = await stage.upload(room)
    end = offset + length if length else None
    assert await stage.read(room, attachment, offset=offset, length=length) == CONTENT[offset:end]


@pytest.mark.parametrize("part", [{"offset": len(CONTENT)}, {"offset": -1}, {"length": -1}])
async def test_a_part_that_is_not_there_is_refused(stage: Stage, room: str, part: dict[str, int]) -> None:
    attachment = await stage.upload(room)
    with pytest.raises(Invalid):
        await stage.read(room, attachment, **part)


async def test_an_image_gets_a_thumbnail_and_says_how_large_it_is(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room, pictures.image(), "red.html")
    assert (attachment.media_type, attachment.width, attachment.has_thumbnail) == ("image/png", 600, True)
    assert await stage.chunks(attachment) == 2


async def test_a_broken_image_is_an_ordinary_file(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room, pictures.image()[:300], "red.png")
    assert (attachment.media_type, attachment.has_thumbnail) == ("application/octet-stream", False)


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "JPEG", "PNG", "WEBP"])
async def test_an_image_is_stored_without_the_place_where_it_was_taken(stage: Stage, room: str, kind: str) -> None:
    content = photograph(kind, orientation=6)
    attachment = await stage.upload(room, content, "beach")
    stored = await stage.read(room, attachment)
    assert stored == stripping.strip(content)
    assert SECRET.encode() not in stored
    assert (attachment.size_bytes, attachment.media_type) == (len(stored), f"image/{kind.lower()}")
    assert (attachment.width, attachment.height) == ((60, 40) if kind == "GIF" else (40, 60))


async def test_an_image_of_too_many_pixels_is_a_file_without_its_place(stage: Stage, room: str) -> None:
    content = pictures.bomb()
    told = content[:33] + chunk(b"tEXt", SECRET.encode()) + content[33:]
    attachment = await stage.upload(room, told, "bomb.png")
    assert (attachment.media_type, attachment.has_thumbnail) == ("application/octet-stream", False)
    assert await stage.read(room, attachment) == content


async def test_a_message_shows_its_files_in_the_order_in_which_they_were_named(stage: Stage, room: str) -> None:
    first, second = await stage.upload(room, name="1"), await stage.upload(room, name="2")
    message = await stage.send(with_files(room, second, first))
    assert message.attachments == (second, first)


async def test_readers_find_the_files_on_the_stored_message(stage: Stage, room: str, reader: Reader) -> None:
    attachment = await stage.upload(room)
    await stage.send(with_files(room, attachment))
    (message,) = (await reader.latest(room, 10)).messages
    assert message.attachments == (attachment,)


async def test_a_message_without_text_needs_a_file(stage: Stage, room: str) -> None:
    assert await reason(stage, new(room, "")) == "BODY_EMPTY"


async def test_blanks_are_no_text_even_beside_a_file(stage: Stage, room: str) -> None:
    assert await reason(stage, with_files(room, await stage.upload(room), body=" \n")) == "BODY_EMPTY"


async def test_a_message_sent_again_keeps_its_files(stage: Stage, room: str) -> None:
    message = with_files(room, await stage.upload(room))
    assert await stage.send(message) == await stage.send(message)


async def test_a_message_sent_again_after_its_deletion_is_still_recognised(stage: Stage, room: str) -> None:
    message = with_files(room, await stage.upload(room))
    await stage.send(message)
    deleted = await stage.messages.delete(room, message.message_id, "ann")
    assert await stage.send(message) == deleted


async def test_a_file_is_sent_once(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    await stage.send(with_files(room, attachment))
    assert await reason(stage, with_files(room, attachment)) == "ATTACHMENT_ALREADY_SENT"


async def test_of_two_messages_at_the_same_time_one_has_the_file(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    results = await stage.messages.send([with_files(room, attachment), with_files(room, attachment)])
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Message"]


async def test_nobody_sends_the_files_of_others(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    assert await reason(stage, with_files(room, attachment, sender_id="bob")) == "ATTACHMENT_NOT_FOUND"


async def test_a_file_is_sent_to_the_room_that_it_was_uploaded_to(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    assert await reason(stage, with_files(str(uuid4()), attachment)) == "ATTACHMENT_NOT_FOUND"


async def test_a_message_has_a_file_once_and_not_too_many(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    assert await reason(stage, with_files(room, attachment, attachment)) == "ATTACHMENT_TWICE"
    assert await reason(stage, with_files(room, *[attachment] * 11)) == "TOO_MANY_ATTACHMENTS"


async def test_a_refused_file_does_not_stop_the_messages_beside_it(stage: Stage, room: str) -> None:
    ghost = Attachment("ghost", "ghost", "text/plain", 1)
    first, refused, last = await stage.messages.send([new(room, "1"), with_files(room, ghost), new(room, "2")])
    assert isinstance(refused, NotFound)
    assert isinstance(first, Message)
    assert isinstance(last, Message)
    assert (first.seq, last.seq) == (1, 2)


async def test_before_a_file_is_sent_only_its_uploader_sees_it(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    with pytest.raises(NotFound):
        await stage.read(room, attachment, user="bob")
    await stage.send(with_files(room, attachment))
    assert await stage.read(room, attachment, user="bob") == CONTENT


async def test_who_is_not_in_the_room_neither_uploads_nor_sees(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    with pytest.raises(Forbidden):
        await stage.upload(room, user="eve")
    with pytest.raises(Forbidden):
        await stage.read(room, attachment, user="eve")


async def test_a_file_is_not_found_through_another_room(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    with pytest.raises(NotFound):
        await stage.read(str(uuid4()), attachment)


async def test_a_deleted_message_takes_its_files_along(stage: Stage, room: str, reader: Reader) -> None:
    attachment = await stage.upload(room, pictures.image())
    message = await stage.send(with_files(room, attachment))
    deleted = await stage.messages.delete(room, message.id, "ann")
    assert deleted.attachments == ()
    assert (await reader.latest(room, 1)).messages == [deleted]
    assert await stage.chunks(attachment) == 0


async def test_an_edited_message_keeps_its_files_and_may_lose_its_text(stage: Stage, room: str) -> None:
    message = await stage.send(with_files(room, await stage.upload(room), body="Look!"))
    edited = await stage.messages.edit(room, message.id, "ann", "")
    assert (edited.body, edited.attachments) == ("", message.attachments)


async def test_a_purged_room_keeps_nothing(stage: Stage, room: str) -> None:
    sent, unsent, elsewhere = await stage.upload(room), await stage.upload(room), await stage.upload(str(uuid4()))
    await stage.send(with_files(room, sent))
    await stage.attachments.purge(room)
    assert [await stage.chunks(each) for each in (sent, unsent)] == [0, 0]
    assert await stage.chunks(elsewhere) > 0


@pytest.mark.parametrize(("collection", "key"), [("files", "_id"), ("chunks", "files_id")])
async def test_what_is_removed_while_somebody_reads_it_is_not_there(
    collection: str, key: str, stage: Stage, database: Database, room: str
) -> None:
    attachment = await stage.upload(room)
    await database[f"attachments.{collection}"].delete_many({key: {"$eq": attachment.id}})
    with pytest.raises(NotFound):
        await stage.read(room, attachment)


async def test_what_was_not_sent_within_a_day_is_removed(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    stage.now += UNSENT_MS - 1
    await stage.attachments.clean_up()
    assert await stage.chunks(attachment) > 0
    stage.now += 2
    await stage.attachments.clean_up()
    assert await stage.chunks(attachment) == 0
    assert await reason(stage, with_files(room, attachment)) == "ATTACHMENT_NOT_FOUND"


async def test_what_was_sent_stays(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    await stage.send(with_files(room, attachment))
    for _ in range(2):
        stage.now += 2 * UNSENT_MS
        await stage.attachments.clean_up()
    assert await stage.read(room, attachment) == CONTENT


async def test_what_a_message_had_claimed_that_was_never_stored_is_removed(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    await stage.attachments.claim(with_files(room, attachment))
    stage.now += UNSENT_MS + 1
    await stage.attachments.clean_up()
    assert await stage.chunks(attachment) == 0


async def test_a_removal_that_was_not_finished_is_finished_later(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    file = await stage.attachments.get(room, attachment.id, "ann")
    delete, stage.files._bytes.delete = stage.files._bytes.delete, broken  # type: ignore[method-assign]  # fails once
    with pytest.raises(ConnectionError):
        await stage.files.remove(file)
    stage.files._bytes.delete = delete  # type: ignore[method-assign]  # and is well again
    await stage.attachments.clean_up()
    assert await stage.chunks(attachment) == 0


async def broken(_file_id: str) -> None:
    raise ConnectionError("the database is gone")


async def test_a_file_claimed_in_the_last_moment_is_not_removed(stage: Stage, room: str) -> None:
    attachment = await stage.upload(room)
    seen_unsent = await stage.attachments.get(room, attachment.id, "ann")
    await stage.send(with_files(room, attachment))
    await stage.files.remove(seen_unsent)
    assert await stage.read(room, attachment) == CONTENT


async def test_nothing_stays_of_an_upload_that_breaks_off(stage: Stage, room: str) -> None:
    async def breaking_off() -> AsyncIterator[bytes]:
        yield CONTENT
        raise Invalid("It broke off.")

    with pytest.raises(Invalid):
        await stage.uploads.upload(room, "ann", "half", breaking_off())
    assert await stage.files.of_room(room, 10) == []


@pytest.mark.parametrize(("size", "reason"), [(0, "ATTACHMENT_EMPTY"), (10 * 1024 * 1024 + 1, "ATTACHMENT_TOO_LARGE")])
async def test_a_file_of_no_or_too_many_bytes_is_refused(stage: Stage, room: str, size: int, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await stage.upload(room, bytes(size))
    assert refused.value.reason == reason


async def test_the_largest_file_is_stored(stage: Stage, room: str) -> None:
    content = b"x" * (10 * 1024 * 1024)
    assert await stage.read(room, await stage.upload(room, content)) == content


async def test_only_so_many_uploads_run_at_once(stage: Stage, room: str) -> None:
    stage.uploads._running = UPLOADS_AT_ONCE
    with pytest.raises(ParlanceError) as refused:
        await stage.upload(room)
    assert refused.value.reason == "OVERLOADED"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\notes.txt", "notes.txt"),
        ("a\r\nSet-Cookie: b\0.txt", "aSet-Cookie: b.txt"),
        ("exe\u202egpj.png", "exegpj.png"),
        ("  .. ", "file"),
        ("", "file"),
        ("Grüße 👨‍👩‍👧.txt", "Grüße 👨‍👩‍👧.txt"),
        ("a" * 300 + ".png", "a" * 196 + ".png"),
        ("a" * 300, "a" * 200),
    ],
)
def test_a_name_is_what_can_be_shown_and_saved(name: str, expected: str) -> None:
    assert clean_name(name) == expected
