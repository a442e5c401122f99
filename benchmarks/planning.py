"""What planning costs, cold: our conformance operations, and worlds made to be hard to plan.

python -m benchmarks planning       -> results/planning.json, results/planning.md

A hard world has seven subgraphs and six entity types that link to one another. Most fields are in
several subgraphs, which know the types by different keys, so that each place of a deeply nested
operation may be fetched in many ways. Growth is shown by operations of more places, by worlds of
more subgraphs, and by interfaces with many implementations whose fields are spread over subgraphs.
Figures are processor time, the less of two runs.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import yaml
from graphql import DocumentNode, parse

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.errors import GatewayError
from gateway.plan.planner import Planner
from gateway.server import collector
from gateway.supergraph.read import read_supergraph

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
CASES = ROOT / "tests" / "plan"
GRAPHS, TYPES, LEAVES, LINKS, SHARE = 7, 6, 8, 3, 3
KEYS = ("id", "code", "slug")
SHAPES = ((7, 1), (12, 1), (4, 2), (5, 2), (6, 2), (3, 3), (4, 3))
"""How deep an operation goes, and how many links it follows at each place."""
GROWTH = ((7, 7, 2), (7, 8, 2), (7, 5, 3), (7, 30, 1), (12, 6, 2), (12, 7, 2), (20, 6, 2))
"""The number of subgraphs of a larger world, and the shape of an operation on it."""
IMPLEMENTATIONS = ((10, 7), (40, 7), (100, 7))
"""How many types implement an interface, and in how many subgraphs they are."""

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@shareable"])\n'
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One hard operation and what its plan cost."""

    world: int
    depth: int
    links: int
    places: int
    fetches: int
    stages: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Grown:
    """A larger operation and what its plan cost."""

    what: str
    subgraphs: int
    fetches: int
    milliseconds: float


def hard_world(seed: int, graphs: int = GRAPHS) -> list[SubgraphSource]:
    """Subgraphs over the same six types."""
    random = Random(seed)
    fields: list[list[dict[str, str]]] = [[{} for _ in range(TYPES)] for _ in range(graphs)]
    keys = [
        [sorted(random.sample(KEYS, random.randint(1, 2))) for _ in range(TYPES)] for _ in fields
    ]
    for number in range(TYPES):
        # One subgraph knows all keys of a type, so that whoever has one can get the others.
        keys[random.randrange(graphs)][number] = list(KEYS)
        for name in [*(f"f{i}" for i in range(LEAVES)), *(f"l{i}" for i in range(LINKS))]:
            target = f"T{random.randrange(TYPES)}" if name.startswith("l") else "String"
            text = f"[{target}]" if name.startswith("l") and random.random() < 0.5 else target
            for graph in random.sample(range(graphs), random.randint(1, SHARE)):
                fields[graph][number][name] = text
    return [
        SubgraphSource(f"s{graph}", f"http://s{graph}/", _sdl(graph, keys[graph], fields[graph]))
        for graph in range(graphs)
    ]


def implementations(types: int, graphs: int) -> list[SubgraphSource]:
    """Subgraphs that all know the implementations of an interface; a field of one is in two."""
    sources: list[SubgraphSource] = []
    for graph in range(graphs):
        blocks = [LINK, "interface Node { id: ID! name: String other: Node }"]
        blocks += ["type Query { nodes: [Node!]! }"] if graph == 0 else []
        for number in range(types):
            own = [f"f{i}" for i in range(6) if (i + 7 * number + graph) % graphs < 2]
            lines = ["name: String", "other: Node", *(f"{name}: String" for name in own)]
            shared = " ".join(f"{line} @shareable" for line in lines)
            head = f'type I{number} implements Node @key(fields: "id")'
            blocks.append(f"{head} {{ id: ID! {shared} }}")
        sources.append(SubgraphSource(f"s{graph}", f"http://s{graph}/", "\n".join(blocks)))
    return sources


def by_type(types: int, depth: int) -> str:
    """An operation that asks each implementation for all its own fields, down several levels."""
    own = " ".join(f"... on I{number} {{ f0 f1 f2 f3 f4 f5 }}" for number in range(types))
    text = own
    for _ in range(depth - 1):
        text = f"{own} other {{ {text} }}"
    return f"{{ nodes {{ id {text} }} }}"


def _sdl(graph: int, keys: list[list[str]], fields: list[dict[str, str]]) -> str:
    blocks = [LINK]
    for number in range(TYPES):
        head = " ".join(f'@key(fields: "{key}")' for key in keys[number])
        lines = [f"{key}: ID!" for key in keys[number]]
        lines += [f"{name}: {text} @shareable" for name, text in fields[number].items()]
        blocks.append(f"type T{number} {head} {{ {' '.join(lines)} }}")
    roots = [f"t{n}: T{n} @shareable" for n in range(TYPES) if (n + graph) % 3 == 0]
    blocks.append(f"type Query {{ {' '.join(roots)} }}")
    return "\n".join(blocks)


def hard_operation(sources: list[SubgraphSource], seed: int, depth: int, links: int) -> str:
    """An operation that selects four leaves at each place and follows some links."""
    random = Random(seed)
    targets = {
        (number, name): text.strip("[]")[1:]
        for source in sources
        for number in range(TYPES)
        for name, text in _links(str(source.sdl), number)
    }

    def selection(number: int, below: int) -> str:
        parts = [f"f{leaf}" for leaf in random.sample(range(LEAVES), 4)]
        if below:
            for link in random.sample(range(LINKS), links):
                target = int(targets[(number, f"l{link}")])
                parts.append(f"l{link} {selection(target, below - 1)}")
        return "{ " + " ".join(parts) + " }"

    return "{ t0 " + selection(0, depth) + " }"


def _links(sdl: str, number: int) -> Iterator[tuple[str, str]]:
    line = next(each for each in sdl.splitlines() if each.startswith(f"type T{number} "))
    for part in line.split(" @shareable"):
        words = part.split()
        if len(words) > 1 and words[-2].startswith("l"):
            yield words[-2].rstrip(":"), words[-1]


def _cost(planner: Planner, document: DocumentNode) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.thread_time()
        planner.plan(document)
        best = min(best, time.thread_time() - start)
    return best * 1e3


def hard_cases(worlds: int = 3) -> list[Planned]:
    """Plan one operation of each shape on some worlds that compose."""
    found: list[Planned] = []
    seed = 0
    while len({each.world for each in found}) < worlds:
        sources = hard_world(seed)
        text = compose(sources).supergraph_sdl
        if text is not None:
            planner = Planner(read_supergraph(text))
            for depth, links in SHAPES:
                document = parse(hard_operation(sources, seed, depth, links))
                milliseconds = _cost(planner, document)
                cost = planner.plan(document).cost
                places = sum(links**level for level in range(depth + 1))
                found.append(
                    Planned(seed, depth, links, places, cost.fetches, cost.stages, milliseconds)
                )
        seed += 1
    return found


def _first_world(graphs: int) -> tuple[list[SubgraphSource], int, Planner]:
    """The first world of that many subgraphs that composes."""
    seed = 0
    while True:
        sources = hard_world(seed, graphs)
        text = compose(sources).supergraph_sdl
        if text is not None:
            return sources, seed, Planner(read_supergraph(text))
        seed += 1


def grown_cases() -> list[Grown]:
    """Plan operations that are larger than any client's should be."""
    found: list[Grown] = []

    def measure(what: str, graphs: int, planner: Planner, text: str) -> None:
        document = parse(text)
        milliseconds = _cost(planner, document)
        fetches = planner.plan(document).cost.fetches
        found.append(Grown(what, graphs, fetches, milliseconds))

    for graphs, depth, links in GROWTH:
        sources, seed, planner = _first_world(graphs)
        places = sum(links**level for level in range(depth + 1))
        text = hard_operation(sources, seed, depth, links)
        measure(f"{places} places, {depth} deep", graphs, planner, text)
    for types, graphs in IMPLEMENTATIONS:
        supergraph = compose(implementations(types, graphs)).supergraph_sdl
        assert supergraph is not None
        planner = Planner(read_supergraph(supergraph))
        for depth in (1, 2, 4):
            what = f"{types} implementations, {depth} deep"
            measure(what, graphs, planner, by_type(types, depth))
    return found


def conformance() -> list[float]:
    """Milliseconds for each operation of the scenarios, with new tables each time."""
    costs: list[float] = []
    for path in sorted((CASES / "cases").glob("*.yaml")):
        text = (CASES / "golden" / path.stem / "supergraph.graphql").read_text("utf-8")
        supergraph = read_supergraph(text)
        for item in yaml.safe_load(path.read_text("utf-8"))["operations"].values():
            document = parse(item if isinstance(item, str) else item["query"])
            planner = Planner(supergraph)
            start = time.thread_time()
            try:
                planner.plan(document)
            except GatewayError:
                continue
            costs.append((time.thread_time() - start) * 1e3)
    return costs


def write_planning() -> None:
    """Measure and write the results."""
    collector.settle()  # as the server does once it has started
    costs, hard, grown = conformance(), hard_cases(), grown_cases()
    centiles = statistics.quantiles(costs, n=20)
    content = {
        "conformance": {
            "operations": len(costs),
            "median_ms": round(statistics.median(costs), 2),
            "p95_ms": round(centiles[-1], 2),
            "max_ms": round(max(costs), 2),
        },
        "hard": [asdict(each) | {"milliseconds": round(each.milliseconds, 1)} for each in hard],
        "grown": [asdict(each) | {"milliseconds": round(each.milliseconds, 1)} for each in grown],
    }
    (RESULTS / "planning.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    lines = [
        "# Planning",
        "",
        "Milliseconds of CPU for plans that are not cached.",
        "",
        (
            f"{len(costs)} conformance operations, new tables for each: "
            f"median {statistics.median(costs):.2f}, 95 % {centiles[-1]:.2f}, "
            f"most {max(costs):.2f}."
        ),
        "",
        "Seven subgraphs that share most fields of six interlinked types under different keys:",
        "",
        "| world | depth | links | places | fetches | stages | ms |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {each.world} | {each.depth} | {each.links} | {each.places} | {each.fetches} "
            f"| {each.stages} | {each.milliseconds:.0f} |"
            for each in hard
        ),
        "",
        "Growth:",
        "",
        "| operation | subgraphs | fetches | ms |",
        "|---|---:|---:|---:|",
        *(
            f"| {each.what} | {each.subgraphs} | {each.fetches} | {each.milliseconds:.0f} |"
            for each in grown
        ),
    ]
    (RESULTS / "planning.md").write_text("\n".join(lines) + "\n", "utf-8")
