"""Records the supergraphs of new scenarios: `python -m tests.plan.record [NAME ...]`.

Apollo's composer makes them (`npm ci` in tests/node), so that what the planner is tested on was not
made by ourselves. Without names it is done for the scenarios that have none yet. Their plans are
recorded by `UPDATE_PLANS=1 pytest tests/plan/test_golden.py`; review them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from tests.node.kit import run_script
from tests.plan.world import Case

HERE = Path(__file__).parent

OURS = {"one_of_inputs": "Apollo's composer knows no @oneOf."}
"""Scenarios whose supergraphs our own composer makes, and why others can read none of them."""


def own(case: Case) -> str:
    """The supergraph of a scenario that our composer makes."""
    sources = [SubgraphSource(name, f"http://{name}", sdl) for name, sdl in case.subgraphs.items()]
    composed = compose(sources)
    assert composed.supergraph_sdl is not None, composed.errors
    return composed.supergraph_sdl


async def record(names: Sequence[str]) -> None:
    """Compose scenarios and write their supergraphs; exit with the errors of one that is refused."""
    cases = [Case.read(HERE / "cases" / f"{name}.yaml") for name in names]
    sets = [
        [
            {"name": each, "url": f"http://{each}", "sdl": sdl}
            for each, sdl in case.subgraphs.items()
        ]
        for case in cases
    ]
    with tempfile.TemporaryDirectory() as folder:
        asked, made = Path(folder) / "sets.json", Path(folder) / "supergraphs.json"
        asked.write_text(json.dumps(sets), "utf-8")
        await run_script("composers.mjs", str(asked), str(made), "apollo")
        composed = json.loads(made.read_text("utf-8"))
    for case, each in zip(cases, composed, strict=True):
        supergraph = own(case) if case.name in OURS else each["apollo"].get("supergraph")
        if supergraph is None:
            sys.exit(f"{case.name}: {each['apollo']}")
        folder_of_case = HERE / "golden" / case.name
        folder_of_case.mkdir(exist_ok=True)
        (folder_of_case / "supergraph.graphql").write_text(supergraph, "utf-8")


if __name__ == "__main__":
    missing = [
        path.stem
        for path in sorted((HERE / "cases").glob("*.yaml"))
        if not (HERE / "golden" / path.stem / "supergraph.graphql").exists()
    ]
    asyncio.run(record(sys.argv[1:] or missing))
