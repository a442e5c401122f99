"""Clients from npm talk to the gateway as they are."""

from __future__ import annotations

import pytest

from tests.node.kit import needs_node, run_script
from tests.server.clock import Clock, every
from tests.server.gateway_kit import listening

pytestmark = [pytest.mark.node, needs_node]


SUBSCRIBED = [{"data": {"count": number}} for number in range(3)]


async def test_apollo_client() -> None:
    async with listening(subgraphs=every(Clock())) as gateway:
        seen = await run_script("apollo_client.mjs", gateway.url)
    assert seen["query"]["user"]["name"] == "Grace"
    assert seen["mutation"]["rename"]["name"] == "Lady"
    assert "nothing" in seen["broken"]
    assert seen["subscription"] == [0, 1, 2]
    for served in (seen["apollo"], seen["draft"]):
        assert served["data"]["me"]["reviews"] == [{"__typename": "Review", "body": "Fine"}]
        assert "streaming" in served["states"]


@pytest.mark.parametrize("client", ["graphql_sse.mjs", "graphql_ws.mjs"])
async def test_clients_of_streams(client: str) -> None:
    async with listening(subgraphs=every(Clock())) as gateway:
        seen = await run_script(client, gateway.url)
    assert seen == {"query": [{"data": {"me": {"name": "Ada"}}}], "subscription": SUBSCRIBED}
