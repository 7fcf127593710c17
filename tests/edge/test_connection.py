from edge.connection import WRITE_BUFFER_BYTES
from edge.frames import Pong
from tests.edge.stage import a_peer


async def test_nothing_follows_a_close_frame() -> None:
    peer = a_peer()
    peer.connection.send(Pong(id=1))
    peer.connection.close(4403, "SESSION_ENDED")
    peer.connection.send(Pong(id=2))
    peer.connection.write(b"from a broadcast that had begun")
    peer.connection.close(1012, "RESTART")
    assert peer.frames == [{"type": "pong", "id": 1}, {"type": "close", "code": 4403, "reason": "SESSION_ENDED"}]
    peer.connection.ended()


async def test_who_does_not_read_is_closed_and_its_buffer_grows_no_more() -> None:
    peer = a_peer()
    peer.wire.reads = False
    while not peer.connection.closing:
        peer.connection.write(b"x" * 100_000)
        peer.connection.check_reading()
    full = len(peer.wire.unread)
    assert WRITE_BUFFER_BYTES < full < WRITE_BUFFER_BYTES + 200_000
    for _ in range(100):
        peer.connection.write(b"x" * 100_000)
        peer.connection.send(Pong(id=1))
    assert len(peer.wire.unread) == full
    peer.connection.ended()


async def test_a_peer_that_takes_no_part_in_closing_is_cut_off() -> None:
    peer = a_peer()
    peer.connection.close(1012, "RESTART")
    assert peer.connection._abort is not None
    peer.connection._abort._run()
    assert peer.wire.lost
    peer.connection.ended()


async def test_a_peer_that_closes_in_time_is_not_cut_off() -> None:
    peer = a_peer()
    peer.connection.close(1012, "RESTART")
    peer.connection.ended()
    assert peer.connection._abort is not None
    assert peer.connection._abort.cancelled()


async def test_a_peer_that_is_gone_is_written_nothing() -> None:
    peer = a_peer()
    peer.wire.lost = True
    peer.connection.send(Pong(id=1))
    peer.connection.close(1012, "RESTART")
    peer.connection.ended()
    assert peer.frames == []
