"""How long composing takes, and how it grows: 10, 30 and 100 subgraphs.

    python -m benchmarks.composition [--write]

The largest graph has 5,000 object types with 40,000 fields. Types are entities spread over three
subgraphs each, which refer to one another, with interfaces, enums, inputs, requirements, value
types, overrides and tags in between, as large graphs have them. `--write` keeps the figures in
`results/composition.json`.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource

RESULTS = Path(__file__).parent / "results" / "composition.json"
SIZES = ((10, 500), (30, 1500), (100, 5000))
FIELDS_PER_TYPE = 8
_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: '
    '["@key", "@shareable", "@requires", "@external", "@override", "@tag"])'
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One composition. Seconds are of this process's CPU; fields count the supergraph's."""

    subgraphs: int
    types: int
    fields: int
    source_kilobytes: int
    seconds: float
    microseconds_per_field: float
    peak_megabytes: int


def graph(subgraphs: int, types: int) -> list[SubgraphSource]:
    """Subgraphs with so many object types together; each type is in three of them."""
    parts: list[list[str]] = [[] for _ in range(subgraphs)]
    queries: list[list[str]] = [[] for _ in range(subgraphs)]
    for number in range(types):
        home = number % subgraphs
        second, third = (home + 1) % subgraphs, (home + 2) % subgraphs
        _declare(parts, number, types, (home, second, third))
        queries[home].append(f"  t{number}(id: ID!, filter: Filter{home}): T{number}")
    return [
        SubgraphSource(
            f"s{index}",
            f"http://s{index}.test",
            "\n".join([_LINK, *_common(index), *body, "type Query {", *queries[index], "}"]),
            f"s{index}.graphql",
        )
        for index, body in enumerate(parts)
    ]


def _common(index: int) -> list[str]:
    return [
        "interface Node { id: ID! }",
        "enum Level { LOW MIDDLE HIGH }",
        f'input Filter{index} {{ text: String = "" level: Level after: Int! = 0 }}',
        "type Money @shareable { amount: Int! currency: String! }",
    ]


def _declare(parts: list[list[str]], number: int, types: int, where: tuple[int, int, int]) -> None:
    home, second, third = where
    # The next type's home is this one's second subgraph, so that it is declared there too.
    name, other = f"T{number}", f"T{(number + 1) % types}"
    head = f'type {name} implements Node @key(fields: "id")'
    parts[home].append(
        f"{head} {{ id: ID! name(first: Int = 10): String @shareable price: Money level: Level }}"
    )
    parts[second].append(
        f'{head} {{ id: ID! name(first: Int = 10): String @shareable @tag(name: "shared") '
        f"next: {other} }}"
    )
    parts[third].append(
        f"{head} {{ id: ID! price: Money @external weight: Int "
        f'cost: Int @requires(fields: "price {{ amount }}") level: Level @override(from: "s{home}")'
        " many: [Node!]! }"
    )


def measure(subgraphs: int, types: int) -> Measurement:
    """Compose once."""
    sources = graph(subgraphs, types)
    gc.collect()
    gc.disable()  # As `c2c compose` does: what is made lives until the end.
    start = time.process_time()
    result = compose(sources)
    seconds = time.process_time() - start
    gc.enable()
    assert result.supergraph_sdl is not None, result.errors[:3]
    fields = types * FIELDS_PER_TYPE
    return Measurement(
        subgraphs,
        types,
        fields,
        sum(len(source.sdl) for source in sources) // 1024,
        round(seconds, 2),
        round(seconds / fields * 1e6, 1),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def main() -> None:
    """Measure all sizes and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures")
    options = parser.parse_args()
    found = [measure(*size) for size in SIZES]
    content = {"python": platform.python_version(), "sizes": [asdict(item) for item in found]}
    text = json.dumps(content, indent=2) + "\n"
    print(text)
    if options.write:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
