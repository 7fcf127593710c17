from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.integration.cast import Cast, gather
from tests.integration.cluster import Cluster, cluster
from tests.integration.shops import Shop, open_shop


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two edges and two message services that no test may harm."""
    with cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def shop(shared_cluster: Cluster, http: aiohttp.ClientSession) -> Shop:
    """A business of its own for each test."""
    here, there = shared_cluster.edges
    return await open_shop(http, here, there)


@pytest.fixture
async def cast(shop: Shop, shared_cluster: Cluster) -> Cast:
    """Everybody around a business of the test's own."""
    return await gather(shop, shared_cluster)
