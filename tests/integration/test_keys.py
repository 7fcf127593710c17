"""What other backends need to verify access tokens themselves."""

import aiohttp
import jwt

from tests.integration.cluster import Cluster
from tests.integration.people import register


async def test_access_tokens_verify_with_the_published_keys(
    shared_cluster: Cluster, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, shared_cluster.edges[0])
    async with http.get(f"{shared_cluster.edges[1]}/.well-known/jwks.json") as response:
        keys = jwt.PyJWKSet.from_dict(await response.json())
    key = keys[jwt.get_unverified_header(ann.token)["kid"]]
    claims = jwt.decode(ann.token, key, algorithms=["EdDSA"], issuer="parlance")
    assert claims["sub"] == ann.id
