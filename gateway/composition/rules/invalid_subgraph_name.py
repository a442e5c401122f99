"""INVALID_SUBGRAPH_NAME: every subgraph has a name of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.graph_names import enum_name
from gateway.composition.source import SubgraphSource
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.INVALID_SUBGRAPH_NAME,
    meaning="A subgraph has a name that is reserved, or two subgraphs share one.",
    why="The name stands for the subgraph in the supergraph and in every query plan.",
    mend="Give every subgraph a name of its own other than `_`.",
)


_RESERVED: Final = frozenset({"_", ""})


def check(sources: Sequence[SubgraphSource]) -> Iterator[CompositionError]:
    """Every name that cannot be used, or is used before."""
    seen: dict[str, SubgraphSource] = {}
    for source in sources:
        if not _usable(source.name):
            yield _error(f'The name "{source.name}" is reserved.', source)
        elif source.name in seen:
            message = f'Two subgraphs are called "{source.name}".'
            yield _error(message, seen[source.name], source)
        seen.setdefault(source.name, source)


def _error(message: str, *sources: SubgraphSource) -> CompositionError:
    places = (Location(source.name, source.file, 1, 1) for source in sources)
    return CompositionError(RULE, message, (sources[0].name,), tuple(dict.fromkeys(places)))


def _usable(name: str) -> bool:
    if name in _RESERVED or enum_name(name).startswith("__") or not name.isprintable():
        return False
    try:
        name.encode()
    except UnicodeError:
        return False
    return True
