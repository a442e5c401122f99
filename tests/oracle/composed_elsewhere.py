"""Random worlds composed by Apollo's library, run as a black box."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.node.kit import run_script
from tests.oracle.partition import random_partition
from tests.oracle.parts import Partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world


@dataclass(frozen=True, slots=True)
class Composed:
    """A divided world with the supergraph that was made of it."""

    seed: int
    partition: Partition
    supergraph: str


async def composed_by_apollo(seeds: Collection[int], folder: Path) -> list[Composed]:
    """The worlds of some seeds, as far as Apollo's composition takes them.

    It refuses some worlds with progressive overrides, for it lets a label change between a field
    and what the field requires; of those, all overrides are finished first.
    """
    worlds = {seed: random_partition(random_world(seed)) for seed in seeds}
    found = await _composed(worlds, folder)
    refused = worlds.keys() - {each.seed for each in found}
    for seed in refused:
        worlds[seed].finish_overrides()
    if refused:
        found += await _composed({seed: worlds[seed] for seed in refused}, folder)
    return sorted(found, key=lambda each: each.seed)


async def _composed(worlds: Mapping[int, Partition], folder: Path) -> list[Composed]:
    sets = [list(_sources(partition)) for partition in worlds.values()]
    given, answer = folder / "sets.json", folder / "composed.json"
    given.write_text(json.dumps(sets))
    await run_script("composers.mjs", str(given), str(answer), "apollo", seconds=600)
    results = json.loads(answer.read_text())
    return [
        Composed(seed, partition, result["apollo"]["supergraph"])
        for (seed, partition), result in zip(worlds.items(), results, strict=True)
        if "supergraph" in result["apollo"]
    ]


def _sources(partition: Partition) -> Iterator[dict[str, str]]:
    for name, plan in partition.subgraphs.items():
        sdl = subgraph_sdl(partition, plan)
        yield {"name": name, "url": f"http://{name}.local/graphql", "sdl": sdl}
