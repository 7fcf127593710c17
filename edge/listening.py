"""The listening socket of an edge, and how it closes without losing what has been sent into it already."""

import asyncio
import contextlib
import ctypes
import socket
import struct
import sys

from mesh.settings import fresh_socket

BACKLOG = 1024

_SETTLE_SECONDS = 0.1
"""How long handshakes that have begun may take, and accepting their connections."""

_SO_ATTACH_FILTER = 26  # asm-generic/socket.h
_FLAGS_OFFSET, _SYN_AND_ACK, _SYN = 13, 0x12, 0x02
# Classic BPF (Documentation/networking/filter.rst of Linux), which sees a segment from its TCP header on.
_DROP_SYN = (
    (0x30, 0, 0, _FLAGS_OFFSET),  # ldb [13]
    (0x54, 0, 0, _SYN_AND_ACK),  # and #0x12
    (0x15, 0, 1, _SYN),  # jeq #0x02, drop, keep
    (0x06, 0, 0, 0),  # drop: ret #0
    (0x06, 0, 0, 0xFFFF),  # keep: ret #65535
)


def listen(address: str) -> socket.socket:
    """Bind to host:port or unix:/path."""
    if address.startswith("unix:"):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(fresh_socket(address)))
        return listener
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, int(port)), family=family, backlog=BACKLOG)


async def refuse_more(listener: socket.socket) -> None:
    """Let nobody connect any more, and let everybody in who has.

    Closing a listening socket resets the connections that wait to be accepted. Their clients may have sent a request
    already and cannot know whether it was handled, so no proxy sends a POST again. Hence new handshakes are ignored
    first: clients repeat them after a second, are refused then, and go elsewhere.
    """
    if sys.platform == "linux" and listener.family != socket.AF_UNIX:
        code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in _DROP_SYN))
        program = struct.pack("HP", len(_DROP_SYN), ctypes.addressof(code))
        with contextlib.suppress(OSError):  # without it a few requests may be lost, as with any other server
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    await asyncio.sleep(_SETTLE_SECONDS)
