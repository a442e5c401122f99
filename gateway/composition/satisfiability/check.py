"""SATISFIABILITY_ERROR and MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError
from gateway.composition.satisfiability.explain import reasons, witness
from gateway.composition.satisfiability.obtain import Obtainer
from gateway.composition.satisfiability.search import Failure, LimitExceeded, Search
from gateway.plan.schema import PlannerSchema
from gateway.supergraph.definitions import Location
from gateway.supergraph.model import Supergraph

_EXHAUSTIVE_LABELS: Final = 4
Places = Callable[[str, str], tuple[Location, ...]]
"""Where the subgraphs declare a field, by type and field name."""


def check_satisfiability(
    supergraph: Supergraph, limit: int, places: Places
) -> list[CompositionError]:
    """Prove that every field of the API can be fetched wherever it can be reached.

    Each unanswerable field is reported once, with the smallest query found and a reason for each
    subgraph. Override labels are tried in all combinations up to four of them; beyond that all on,
    all off, and each of them on or off alone.
    """
    errors: list[CompositionError] = []
    reported: set[tuple[str, str]] = set()
    paths = 0
    for labels in label_assignments(_labels(supergraph)):
        schema = PlannerSchema(supergraph, labels)
        obtainer = Obtainer(schema)
        search = Search(supergraph, schema, obtainer, limit - paths)
        try:
            for failure in search.run():
                coordinate = (failure.state.type_name, failure.field)
                if coordinate not in reported:
                    reported.add(coordinate)
                    errors.append(_error(obtainer, failure, places(*coordinate)))
        except LimitExceeded:
            errors.append(_limit_error(limit))
            break
        paths += search.paths
    return errors


def label_assignments(labels: list[str]) -> Iterator[frozenset[str]]:
    """The sets of labels assumed to be on."""
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


def _labels(supergraph: Supergraph) -> list[str]:
    return sorted(
        {
            join.override_label
            for definition in supergraph.types.values()
            for field in definition.fields.values()
            for join in field.joins
            if join.override_label is not None
        }
    )


def _error(obtainer: Obtainer, failure: Failure, places: tuple[Location, ...]) -> CompositionError:
    lines = [f"Cannot be resolved: {witness(obtainer, failure)}"]
    lines += [f"  {reason}" for reason in reasons(obtainer, failure)]
    subgraphs = tuple(dict.fromkeys(place.subgraph for place in places))
    return CompositionError(Code.SATISFIABILITY_ERROR, "\n".join(lines), subgraphs, places)


def _limit_error(limit: int) -> CompositionError:
    return CompositionError(
        Code.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED,
        f"The search for queries that cannot be answered was given up at {limit} subgraph paths.",
    )
