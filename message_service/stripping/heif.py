"""AVIF (and HEIC, which is no image to us, but what telephones take): boxes, with items and tracks described in them.

Boxes refer to each other's bytes by their place in the file. So nothing is moved here: what goes is overwritten with
zeros where it stands, and its box or item is named free space. Kept are the items and tracks that hold pixels, and what
describes them; which side is up is one of these properties.
"""

from collections.abc import Iterator

from msgspec import Struct

from message_service.stripping.cursor import Cursor, Unreadable

_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"}
_ITEMS = {b"av01", b"grid", b"iden", b"iovl", b"tmap", b"hvc1"}
_FREE = b"free"
_KEPT = {
    b"file": {b"ftyp", b"mdat", b"meta", b"moov"},
    b"meta": {b"dinf", b"grpl", b"hdlr", b"idat", b"iinf", b"iloc", b"iprp", b"iref", b"pitm"},
    b"moov": {b"mvhd", b"trak"},
    b"trak": {b"edts", b"mdia", b"meta", b"tkhd", b"tref"},
    b"mdia": {b"hdlr", b"mdhd", b"minf"},
}
"""Of each box that is looked into, the boxes that are kept; all of what is in others."""
_TRACKS = {b"auxv", b"pict"}
_FLAGS_BYTES = 4
"""A version of one byte and flags of three, with which some boxes begin."""
_IN_FILE, _IN_BOX = 0, 1


class _Box(Struct, frozen=True):
    kind: bytes
    kind_at: int
    begin: int
    """Where its content begins."""
    end: int


def matches(head: bytes) -> bool:
    """Whether a file begins as AVIF and HEIC do."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


def strip(content: bytes) -> bytes:
    """The image without its metadata, as long as it was."""
    editor = _Editor(content)
    editor.look_into(_Box(b"file", 0, 0, len(content)))
    return editor.result()


class _Editor:
    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._stripped = bytearray(content)
        self._removed: set[tuple[int, int]] = set()
        self._has_pixels = False

    def look_into(self, parent: _Box) -> None:
        for box in self._boxes(parent):
            if box.kind not in _KEPT[parent.kind]:
                self._rename(box.kind_at)
                self._remove(box.begin, box.end)
            elif box.kind == b"meta":
                self._strip_items(box)
            elif box.kind in _KEPT:
                self.look_into(box)
            elif parent.kind == b"mdia" and box.kind == b"hdlr":
                self._check_track(box)
            elif box.kind == b"mdat":
                self._has_pixels = True

    def result(self) -> bytes:
        """What is left, once the places that were found are overwritten."""
        if not self._has_pixels:
            raise Unreadable("no pixels")
        if sum(end - begin for begin, end in self._removed) > len(self._content):
            raise Unreadable("more metadata than there are bytes")
        for begin, end in self._removed:
            self._stripped[begin:end] = bytes(end - begin)
        return bytes(self._stripped)

    def _strip_items(self, meta: _Box) -> None:
        inside = _Box(b"meta", meta.kind_at, meta.begin + _FLAGS_BYTES, meta.end)
        self.look_into(inside)
        boxes = {box.kind: box for box in self._boxes(inside)}
        if b"iinf" not in boxes:
            return
        dropped = {item: kind_at for item, kind, kind_at in self._items(boxes[b"iinf"]) if kind not in _ITEMS}
        for kind_at in dropped.values():
            self._rename(kind_at)
        if b"iloc" in boxes:
            self._remove_items({*dropped}, boxes[b"iloc"], boxes.get(b"idat"))

    def _items(self, iinf: _Box) -> Iterator[tuple[int, bytes, int]]:
        """The number of each item, its kind, and where that is written."""
        cursor = self._cursor(iinf)
        version = cursor.number(_FLAGS_BYTES) >> 24
        cursor.take(4 if version else 2)
        for box in self._boxes(_Box(iinf.kind, iinf.kind_at, iinf.begin + cursor.place, iinf.end)):
            entry = self._cursor(box)
            version = entry.number(_FLAGS_BYTES) >> 24
            if box.kind != b"infe" or version not in (2, 3):
                raise Unreadable("an item of a kind from before HEIF")
            item = entry.number(2 if version == 2 else 4)
            entry.take(2)
            kind_at = box.begin + entry.place
            yield item, bytes(entry.take(4)), kind_at

    def _remove_items(self, items: set[int], iloc: _Box, idat: _Box | None) -> None:
        for item, method, begin, end in _extents(self._cursor(iloc)):
            if item not in items:
                continue
            if method == _IN_FILE:
                self._remove(begin, end)
            elif method == _IN_BOX and idat is not None and idat.begin + end <= idat.end:
                self._remove(idat.begin + begin, idat.begin + end)
            else:
                raise Unreadable("an item that is nowhere")

    def _check_track(self, hdlr: _Box) -> None:
        cursor = self._cursor(hdlr)
        cursor.take(_FLAGS_BYTES + 4)
        if bytes(cursor.take(4)) not in _TRACKS:
            raise Unreadable("a track that is no picture")

    def _boxes(self, parent: _Box) -> Iterator[_Box]:
        cursor = self._cursor(parent)
        while cursor:
            begin = parent.begin + cursor.place
            size, kind = cursor.number(4), bytes(cursor.take(4))
            head = 8
            if size == 1:
                size, head = cursor.number(8), 16
            elif size == 0:  # as long as there is something
                size = parent.end - begin
            if size < head:
                raise Unreadable("a box smaller than its head")
            cursor.take(size - head)
            yield _Box(kind, begin + 4, begin + head, begin + size)

    def _cursor(self, box: _Box) -> Cursor:
        return Cursor(self._content[box.begin : box.end])

    def _rename(self, place: int) -> None:
        self._stripped[place : place + 4] = _FREE

    def _remove(self, begin: int, end: int) -> None:
        if end > len(self._content):
            raise Unreadable("the file ends too soon")
        self._removed.add((begin, end))


def _extents(cursor: Cursor) -> Iterator[tuple[int, int, int, int]]:
    """Where items are: number, by which method, begin and end."""
    version = cursor.number(_FLAGS_BYTES) >> 24
    sizes = cursor.number(2)
    offset_bytes, length_bytes, base_bytes, index_bytes = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    if version > 2 or not {offset_bytes, length_bytes} <= {4, 8}:
        raise Unreadable("items placed in a way that is not in use")
    number_bytes = 2 if version < 2 else 4
    for _ in range(cursor.number(number_bytes)):
        item = cursor.number(number_bytes)
        method = cursor.number(2) & 0xF if version else _IN_FILE
        cursor.take(2)  # which file: this one
        base = cursor.number(base_bytes)
        for _ in range(cursor.number(2)):
            cursor.take(index_bytes if version else 0)
            begin = base + cursor.number(offset_bytes)
            yield item, method, begin, begin + cursor.number(length_bytes)
