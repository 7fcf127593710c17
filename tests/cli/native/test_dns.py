import asyncio
import socket
import struct

from hypothesis import given
from hypothesis import strategies as st

from cli.native import dns
from tests.patience import PATIENCE_SECONDS

NAME = "edge.parlance.internal"
A, AAAA = 1, 28


def query(name: str = NAME, kind: int = A, *, flags: int = 0x0100, questions: int = 1) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", 4711, flags, questions, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def told(response: bytes | None) -> tuple[int, list[str]]:
    """The result code and the addresses of a response to `query()`, whose question it repeats."""
    assert response is not None
    query_id, flags, questions, answers, *_ = struct.unpack_from("!6H", response)
    assert (query_id, questions) == (4711, 1)
    assert flags & 0x8100 == 0x8100
    records = response[-16 * answers :] if answers else b""
    for start in range(0, len(records), 16):
        assert struct.unpack_from("!HHHLH", records, start) == (0xC00C, A, 1, dns.TTL_SECONDS, 4)
    return flags & 0xF, [socket.inet_ntoa(records[start - 4 : start]) for start in range(16, len(records) + 1, 16)]


def test_the_name_has_the_addresses_of_the_moment() -> None:
    assert told(dns.answer(query(), NAME, ["127.0.1.1", "127.0.1.2"])) == (0, ["127.0.1.1", "127.0.1.2"])
    assert told(dns.answer(query("EDGE.parlance.Internal"), NAME, ["127.0.1.3"])) == (0, ["127.0.1.3"])
    assert told(dns.answer(query(), NAME, [])) == (0, [])


def test_it_has_no_records_of_other_types_and_other_names_do_not_exist() -> None:
    assert told(dns.answer(query(kind=AAAA), NAME, ["127.0.1.1"])) == (0, [])
    assert told(dns.answer(query("edge.parlance.example"), NAME, ["127.0.1.1"])) == (3, [])


def test_what_is_no_query_is_not_answered() -> None:
    for strange in (b"", query()[:20], query(flags=0x8180), query(questions=2)):
        assert dns.answer(strange, NAME, ["127.0.1.1"]) is None


@given(st.binary(max_size=80))
def test_nothing_that_arrives_does_harm(noise: bytes) -> None:
    dns.answer(noise, NAME, ["127.0.1.1"])
    dns.answer(query()[:12] + noise, NAME, ["127.0.1.1"])


async def test_it_answers_over_udp() -> None:
    addresses = ["127.0.1.1"]
    async with dns.answering(NAME, lambda: addresses) as resolver:
        host, _, port = resolver.rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.setblocking(False)
            asker.connect((host, int(port)))
            for addresses[:] in (["127.0.1.1"], ["127.0.1.2", "127.0.1.3"]):
                asker.send(b"?")
                asker.send(query())
                async with asyncio.timeout(PATIENCE_SECONDS):
                    assert told(await asyncio.get_running_loop().sock_recv(asker, 512)) == (0, addresses)
