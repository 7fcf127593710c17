"""The database: whether it answers, whether its clock agrees, and whether it has all indexes."""

import asyncio
from datetime import UTC

from cli.doctor import clock
from cli.doctor.finding import Finding, fault, ok
from cli.doctor.indexes import Index, wanted
from mesh import database
from mesh.database import Database

SUBJECT = "store"
ADVICE = "Start the database, or correct PARLANCE_MONGODB_URL: address, user, password, replica set."
_MISSING = "Restart {owner}: it makes its indexes when it starts, and says why where it cannot."


async def check(url: str) -> list[Finding]:
    """Raises what the driver raises when the database does not let us in."""
    async with database.connect(url, app_name="doctor") as connection:
        try:
            told = await connection.command("hello")
        except Exception as error:
            if not database.is_unreachable(error):
                raise
            return [fault(SUBJECT, f"does not answer ({_reason(error)})", ADVICE)]
        found = [ok(SUBJECT, "answers"), *clock.differing(SUBJECT, told["localTime"].replace(tzinfo=UTC))]
        return found + await _indexes(connection)


def _reason(error: Exception) -> str:
    """Without all that the driver knows of its own settings."""
    return str(error).partition(" (configured")[0]


async def _indexes(connection: Database) -> list[Finding]:
    indexes = await wanted()
    present = await asyncio.gather(*(_present(connection, index) for index in indexes))
    missing = [index for index, there in zip(indexes, present, strict=True) if not there]
    faults = [fault("index", f"{index} is missing", _MISSING.format(owner=index.owner)) for index in missing]
    return faults or [ok("indexes", f"all {len(indexes)} are there")]


async def _present(connection: Database, index: Index) -> bool:
    collection = connection[index.collection]
    if index.is_text:  # not every server lists it; whether it works is what counts
        return await _searches(connection, index)
    listed = await collection.index_information()
    return any(
        tuple(map(tuple, about["key"])) == index.key and bool(about.get("unique")) >= index.unique
        for about in listed.values()
    )


async def _searches(connection: Database, index: Index) -> bool:
    try:
        await connection[index.collection].find_one({"$text": {"$search": "parlance"}})
    except Exception as error:
        if database.is_unreachable(error):
            raise
        return False
    return True
