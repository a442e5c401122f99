"""Whether every query that the API allows can be answered."""

from __future__ import annotations

from collections.abc import Callable

from gateway.composition.diagnostics import CompositionError, Diagnostic
from gateway.composition.hint_rules import (
    labelled_override_in_field_set,
    unplannable_interface_selection,
)
from gateway.composition.rules import (
    max_validation_subgraph_paths_exceeded,
    satisfiability_error,
    shareable_has_mismatched_runtime_types,
)
from gateway.composition.satisfiability.labels import (
    label_assignments,
    labelled_fields,
    needed_while_moving,
)
from gateway.composition.satisfiability.obtain import Obtainer
from gateway.composition.satisfiability.search import (
    Failure,
    Finding,
    Hollow,
    LimitExceededError,
    Search,
)
from gateway.composition.subgraph import Coordinate
from gateway.plan.schema import PlannerSchema
from gateway.supergraph.definitions import Location
from gateway.supergraph.model import Supergraph

Places = Callable[[str, str], tuple[Location, ...]]
"""Where the subgraphs declare a field, by type and field name, or the type if that is empty."""


def check_satisfiability(supergraph: Supergraph, limit: int, places: Places) -> list[Diagnostic]:
    """Prove that every field of the API can be fetched wherever it can be reached.

    Each unanswerable field is reported once, with the smallest query found and a reason for each
    subgraph; so is each shared field that can return different object types. Override labels are
    tried in all combinations up to four of them; beyond that all on, all off, and each of them on
    or off alone.
    """
    found: list[Diagnostic] = []
    reported: set[tuple[str, str]] = set()
    paths = 0
    labelled = labelled_fields(supergraph)
    moving: set[Coordinate] = set()
    for labels in label_assignments(supergraph):
        schema = PlannerSchema(supergraph, labels)
        obtainer = Obtainer(schema, labelled)
        search = Search(supergraph, schema, obtainer, limit - paths)
        try:
            for finding in search.run():
                coordinate = _coordinate(finding)
                if coordinate in reported:
                    continue
                reported.add(coordinate)
                where = places(*coordinate) or places(coordinate[0], "")
                diagnostic = _diagnostic(obtainer, finding, where)
                if diagnostic is not None:
                    found.append(diagnostic)
        except LimitExceededError as end:
            where = places(end.type_name, "")
            found.append(max_validation_subgraph_paths_exceeded.after(limit, end.type_name, where))
            break
        except RecursionError:
            found.append(max_validation_subgraph_paths_exceeded.too_deep())
            break
        paths += search.paths
        if obtainer.named and not moving:
            moving |= needed_while_moving(supergraph, schema, labelled, limit - paths)
    if not any(isinstance(each, CompositionError) for each in found):
        give = labelled_override_in_field_set.give
        found += [give(coordinate, places(*coordinate)) for coordinate in sorted(moving)]
    return found


def _coordinate(finding: Finding) -> Coordinate:
    owner = finding.state.type_name if isinstance(finding, Failure) else finding.type_name
    return (owner, finding.field)


def _diagnostic(
    obtainer: Obtainer, finding: Finding, places: tuple[Location, ...]
) -> Diagnostic | None:
    if isinstance(finding, Failure):
        return satisfiability_error.judge(obtainer, finding, places)
    coordinate = _coordinate(finding)
    if isinstance(finding, Hollow):
        return unplannable_interface_selection.give(coordinate, finding.returned, places)
    return shareable_has_mismatched_runtime_types.judge(
        coordinate, finding.returned, finding.runtimes, places
    )
