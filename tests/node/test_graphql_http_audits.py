"""The public `graphql-http` audits, run from npm against the gateway on a socket."""

from __future__ import annotations

import pytest

from tests.node.kit import needs_node, run_script
from tests.server.gateway_kit import listening

pytestmark = [pytest.mark.node, needs_node]


async def test_every_audit_passes_with_the_defaults_of_production_but_introspection() -> None:
    async with listening({"supergraph": {"introspection": True}}) as gateway:
        results = await run_script("audits.mjs", gateway.url)
    assert len(results) > 50
    assert [result for result in results if result["status"] != "ok"] == []
