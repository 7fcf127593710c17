"""What a running process counts."""

import aiohttp
from prometheus_client.parser import text_string_to_metric_families


async def metric(url: str, name: str) -> float:
    """The value of one metric without labels, as `/metrics` of this URL gives it."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        text = await response.text()
    (value,) = (
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    )
    return value


async def connections(edge: str) -> int:
    """How many connections an edge has."""
    return int(await metric(edge, "parlance_connections"))
