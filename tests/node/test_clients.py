"""Clients from npm talk to the gateway as they are."""

from __future__ import annotations

import pytest

from tests.node.kit import needs_node, run_script
from tests.server.gateway_kit import listening

pytestmark = [pytest.mark.node, needs_node]


async def test_apollo_client() -> None:
    async with listening() as gateway:
        seen = await run_script("apollo_client.mjs", gateway.url)
    assert seen["query"]["user"]["name"] == "Grace"
    assert seen["mutation"]["rename"]["name"] == "Lady"
    assert "nothing" in seen["broken"]
    for served in (seen["apollo"], seen["draft"]):
        assert served["data"]["me"]["reviews"] == [{"__typename": "Review", "body": "Fine"}]
        assert "streaming" in served["states"]


async def test_graphql_sse() -> None:
    async with listening() as gateway:
        seen = await run_script("graphql_sse.mjs", gateway.url)
    assert seen["query"] == [{"data": {"me": {"name": "Ada"}}}]
