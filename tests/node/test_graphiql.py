"""GraphiQL in a real browser that can reach nothing but the gateway."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.server.graphiql.pages import BUILT
from tests.node.kit import CHROMIUM, needs_chromium, needs_node, run_script
from tests.server.gateway_kit import listening

pytestmark = [
    pytest.mark.node,
    pytest.mark.browser,
    needs_node,
    needs_chromium,
    pytest.mark.skipif(
        not (BUILT / "main.js").is_file(), reason="GraphiQL is not built (make setup, with Node.js)"
    ),
]


async def test_it_runs_a_query_shows_documentation_and_a_plan_without_internet(
    tmp_path: Path,
) -> None:
    presets = tmp_path / "presets.json"
    presets.write_text(json.dumps({"Ada, delivery lead": {"authorization": "Bearer demo-token"}}))
    settings = {"mode": "development", "graphiql": {"header_presets": str(presets)}}
    async with listening(settings) as gateway:
        seen = await run_script(
            "graphiql.mjs", gateway.url, str(CHROMIUM), str(tmp_path / "graphiql.png")
        )
    assert seen["foreign"] == []
    assert seen["problems"] == []
    assert seen["presets"] == ["nobody", "Ada, delivery lead"]
    assert "demo-token" in seen["headers"]
    assert "Fine" in seen["answer"]
    assert "users" in seen["documented"]
    assert "Fetch(service: users" in seen["plan"]
