import pytest
from pymongo import errors as driver

from mesh import database as mesh_database
from mesh.database import Database, is_unreachable, ping


def bulk_error(*write_concern_errors: object) -> driver.BulkWriteError:
    return driver.BulkWriteError({"writeErrors": [], "writeConcernErrors": list(write_concern_errors)})


@pytest.mark.parametrize(
    "error",
    [
        driver.ServerSelectionTimeoutError(),
        driver.AutoReconnect(),
        driver.NetworkTimeout(),
        driver.WTimeoutError("not replicated in time"),
        driver.WriteConcernError("the primary steps down"),
        bulk_error({"code": 64}),
    ],
    ids=lambda error: type(error).__name__,
)
def test_these_errors_say_to_try_again_later(error: Exception) -> None:
    assert is_unreachable(error)


@pytest.mark.parametrize(
    "error", [driver.DuplicateKeyError("taken"), driver.OperationFailure("bad query"), bulk_error(), ValueError()]
)
def test_these_do_not(error: Exception) -> None:
    assert not is_unreachable(error)


async def test_a_database_that_is_there_answers(database: Database) -> None:
    await ping(database)


async def test_a_database_that_is_away_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mesh_database, "_TIMEOUT_MS", 50)
    async with mesh_database.connect("mongodb://127.0.0.1:1/parlance", app_name="tests") as nowhere:
        with pytest.raises(driver.PyMongoError) as failure:
            await ping(nowhere)
    assert is_unreachable(failure.value)


async def test_what_is_acknowledged_is_on_the_disks_of_a_majority() -> None:
    async with mesh_database.connect("mongodb://127.0.0.1:1", app_name="tests") as nowhere:
        assert nowhere.name == "parlance"
        assert nowhere.write_concern.document == {"w": "majority", "j": True}
        assert nowhere.read_concern.level == "majority"
