import pytest

from mesh.database import Database
from tests.room_service.house import House


@pytest.fixture
async def house(database: Database) -> House:
    house = House(database)
    await house.open()
    return house
