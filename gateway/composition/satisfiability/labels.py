"""Fields that move from one subgraph to another while an override label is switched on.

Each such field is resolved by exactly one of two subgraphs, whatever the state of its label. What
keys and requirements name is proved here in every state. Other composers take the field for absent
from both while they prove keys and requirements, and so refuse whatever depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from gateway.composition.satisfiability.obtain import Obtainer
from gateway.composition.satisfiability.search import Failure, LimitExceededError, Search
from gateway.composition.subgraph import Coordinate
from gateway.plan.schema import PlannerSchema
from gateway.supergraph.model import Supergraph

_EXHAUSTIVE_LABELS: Final = 4


def label_assignments(supergraph: Supergraph) -> Iterator[frozenset[str]]:
    """The sets of labels to assume to be on.

    All combinations of up to four labels; of more all on, all off, and each of them on or off
    alone.
    """
    labels = sorted(
        {
            join.override_label
            for definition in supergraph.types.values()
            for field in definition.fields.values()
            for join in field.joins
            if join.override_label is not None
        }
    )
    if len(labels) <= _EXHAUSTIVE_LABELS:
        for chosen in product((False, True), repeat=len(labels)):
            yield frozenset(name for name, on in zip(labels, chosen, strict=True) if on)
        return
    everything = frozenset(labels)
    yield frozenset()
    yield everything
    for label in labels:
        yield frozenset((label,))
        yield everything - {label}


def labelled_fields(supergraph: Supergraph) -> dict[Coordinate, frozenset[str]]:
    """The fields that a label moves, each with the graphs that it is moved between."""
    graphs = {graph.name: graph.id for graph in supergraph.graphs.values()}
    found: dict[Coordinate, frozenset[str]] = {}
    for definition in supergraph.types.values():
        for field in definition.fields.values():
            moving = {
                graph
                for join in field.joins
                if join.override_label is not None
                for graph in (join.graph, graphs.get(join.override or ""))
                if graph is not None
            }
            if moving:
                found[definition.name, field.name] = frozenset(moving)
    return found


def needed_while_moving(
    supergraph: Supergraph,
    schema: PlannerSchema,
    labelled: Mapping[Coordinate, frozenset[str]],
    limit: int,
) -> frozenset[Coordinate]:
    """The labelled fields without which some key or requirement could not be had.

    Empty if every query can be answered although no key and no requirement is given a labelled
    field, and where that takes more than `limit` paths to find out.
    """
    obtainer = Obtainer(schema, labelled, without_labelled=True)
    search = Search(supergraph, schema, obtainer, limit)
    try:
        fails = any(isinstance(finding, Failure) for finding in search.run())
    except (LimitExceededError, RecursionError):
        return frozenset()
    return frozenset(obtainer.withheld) if fails else frozenset()
