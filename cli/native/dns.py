"""Answers DNS queries for one name: what an engine's own name server does for the replicas of a service (RFC 1035)."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from typing import cast

TTL_SECONDS = 1

_HEADER = struct.Struct("!6H")
_QUESTION = struct.Struct("!2H")
_RECORD = struct.Struct("!HHHLH4s")
_A, _ANY, _IN = 1, 255, 1
_RESPONSE, _AUTHORITATIVE, _RECURSION_DESIRED = 0x8000, 0x0400, 0x0100
_NO_SUCH_NAME = 3
_POINTER_TO_QUESTION = 0xC000 | _HEADER.size

Addresses = Callable[[], Sequence[str]]
"""The IPv4 addresses behind the name, at this moment."""


@asynccontextmanager
async def answering(name: str, addresses: Addresses) -> AsyncIterator[str]:
    """Answer on a free port of loopback while the context lasts; yields host:port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Responder(name, addresses), ("127.0.0.1", 0))
    host, port = transport.get_extra_info("sockname")
    try:
        yield f"{host}:{port}"
    finally:
        transport.close()


def answer(query: bytes, name: str, addresses: Sequence[str]) -> bytes | None:
    """The response to a query; None for what is no query that anybody could answer.

    Other names do not exist, other types of the name have no records. That no address is known now is told likewise.
    """
    try:
        query_id, flags, questions, *_ = _HEADER.unpack_from(query)
        asked, end = _name(query, _HEADER.size)
        kind, group = _QUESTION.unpack_from(query, end)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    if questions != 1 or flags & _RESPONSE:
        return None
    known = asked.lower() == name
    found = addresses if known and kind in (_A, _ANY) and group == _IN else ()
    flags = _RESPONSE | _AUTHORITATIVE | (flags & _RECURSION_DESIRED) | (0 if known else _NO_SUCH_NAME)
    head = _HEADER.pack(query_id, flags, 1, len(found), 0, 0)
    return head + query[_HEADER.size : end + _QUESTION.size] + b"".join(map(_record, found))


def _name(query: bytes, start: int) -> tuple[str, int]:
    """The name that begins here, and where it ends."""
    labels = []
    while length := query[start]:
        labels.append(query[start + 1 : start + 1 + length].decode("ascii"))
        start += 1 + length
    return ".".join(labels), start + 1


def _record(address: str) -> bytes:
    return _RECORD.pack(_POINTER_TO_QUESTION, _A, _IN, TTL_SECONDS, 4, IPv4Address(address).packed)


class _Responder(asyncio.DatagramProtocol):
    def __init__(self, name: str, addresses: Addresses) -> None:
        self._name = name
        self._addresses = addresses

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's does not say so

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        if response := answer(data, self._name, self._addresses()):
            self._transport.sendto(response, addr)
