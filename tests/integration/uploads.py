"""Uploads that are refused while they are still being sent."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any


async def refusal(url: str, token: str, body: bytes | Iterable[bytes]) -> tuple[int, dict[str, Any]]:
    """Send a body to its last byte, whatever is answered meanwhile; gives the status and the problem.

    `bytes` are announced by their length, pieces are not.
    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=body, headers=headers)
    return await asyncio.to_thread(_send, request)


def _send(request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(request) as response:
            raise AssertionError(f"This was taken: {response.status}")
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)
