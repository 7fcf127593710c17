"""Bodies that are too large to be held: taken in and sent piece by piece."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from mesh import logs
from mesh.errors import Invalid, ParlanceError

log = logs.get(__name__)

STALL_SECONDS = 15.0
"""A body of which nothing moves for so long is given up."""


class Incoming:
    """The body of a request."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    async def chunks(self, most_bytes: int) -> AsyncIterator[bytes]:
        """The body as it arrives; refuses one that is too large without reading it to its end."""
        size = self._request.content_length or 0
        if size > most_bytes:
            raise web.HTTPRequestEntityTooLarge(most_bytes, size)
        size = 0
        try:
            while chunk := await asyncio.wait_for(self._request.content.readany(), STALL_SECONDS):
                size += len(chunk)
                if size > most_bytes:
                    raise web.HTTPRequestEntityTooLarge(most_bytes, size)
                yield chunk
        except (web.RequestPayloadError, ConnectionError, TimeoutError) as error:
            raise Invalid("The body did not arrive whole.", reason="BODY_INCOMPLETE") from error


async def send(request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> web.StreamResponse:
    """Send a body. What fails before its first piece is raised.

    Later nothing can be said any more: the connection is broken off, so that nobody takes a part for the whole.
    """
    first = await anext(chunks, b"")
    try:
        await response.prepare(request)
        await asyncio.wait_for(response.write(first), STALL_SECONDS)
        async for chunk in chunks:
            await asyncio.wait_for(response.write(chunk), STALL_SECONDS)
        await response.write_eof()
    except (ParlanceError, ConnectionError, TimeoutError) as error:
        log.info("download_broken_off", error=repr(error))
        if request.transport is not None:
            request.transport.abort()
    return response
