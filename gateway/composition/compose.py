"""Composition: from subgraph schemas to a supergraph, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.composition.accessibility import Visibility
from gateway.composition.contexts import selected_coordinates
from gateway.composition.contract import EVERYTHING, Contract
from gateway.composition.diagnostics import CompositionError, Diagnostic, Hint
from gateway.composition.foresight import LeftOut, apart_from, standing_errors
from gateway.composition.graph_names import graph_names
from gateway.composition.load import load
from gateway.composition.merge.context import Merge, prepare
from gateway.composition.merge.schema import merge_schema
from gateway.composition.ownership import Ownership, analyse
from gateway.composition.public_rules import check_public_schema
from gateway.composition.rules import (
    directive_definition_invalid,
    invalid_graphql,
    invalid_subgraph_name,
    type_definition_invalid,
)
from gateway.composition.satisfiability.check import check_satisfiability
from gateway.composition.source import DEFAULT_LIMITS, Limits, SubgraphSource
from gateway.composition.specs import CONNECT
from gateway.composition.subgraph import Subgraph
from gateway.composition.upgrade import upgrade
from gateway.composition.validate import validate
from gateway.errors import InternalError
from gateway.supergraph.definitions import SchemaDef
from gateway.supergraph.nodes import schema_document
from gateway.supergraph.read import read_document
from gateway.supergraph.write import write_schema


@dataclass(frozen=True, slots=True)
class Composition:
    """The outcome: a supergraph, or the errors that prevent one; and hints either way.

    `further_errors` are those of later stages that stand already and will show once `errors` are
    mended.
    """

    supergraph_sdl: str | None
    errors: tuple[CompositionError, ...] = ()
    hints: tuple[Hint, ...] = ()
    further_errors: tuple[CompositionError, ...] = ()


def compose(
    subgraphs: Sequence[SubgraphSource],
    *,
    contract: Contract = EVERYTHING,
    limits: Limits = DEFAULT_LIMITS,
) -> Composition:
    """Compose subgraphs into a supergraph.

    `contract` hides what its tags leave out from the public schema.

    Pure: the same sources give the same text and the same diagnostics, in whatever order they
    come. Whatever is wrong with them is reported in `errors`; nothing is raised.
    """
    sources = sorted(subgraphs, key=lambda source: source.name)
    loaded, errors, load_hints = _load(sources, limits)
    if errors:
        # What is wrong with the other subgraphs by themselves is told along with it.
        broken = _subgraphs_of(errors)
        others = [s for s in loaded if s.name not in broken and not s.federation1]
        errors += [item for s in others for item in validate(s, _facts(s))]
    else:
        upgraded = upgrade(loaded)
        errors += upgraded.errors
    if errors:
        return _refused(errors, _standing_errors(errors, loaded, sources, limits))
    facts = {item.name: _facts(item) for item in upgraded.subgraphs}
    errors = [item for s in upgraded.subgraphs for item in validate(s, facts[s.name])]
    if errors:
        return _refused(errors, _standing_errors(errors, loaded, sources, limits))
    merge = prepare(upgraded.subgraphs, facts)
    schema = merge_schema(merge, contract)
    errors = merge.report.errors
    hints = [*load_hints, *merge.report.hints]
    if errors:
        return _refused(errors, _errors_after_merging(schema, merge, limits), hints)
    errors = check_public_schema(schema, merge)
    if errors:
        return _refused(errors, hints=hints)
    for found in _check_satisfiability(schema, merge, limits):
        if isinstance(found, Hint):
            hints.append(found)
        else:
            errors.append(found)
    if errors:
        return _refused(errors, hints=hints)
    return Composition(write_schema(schema), hints=tuple(hints))


def _refused(
    errors: Iterable[CompositionError],
    further: Iterable[CompositionError] = (),
    hints: Iterable[Hint] = (),
) -> Composition:
    return Composition(None, _ordered(errors), tuple(hints), _ordered(further))


def _standing_errors(
    errors: Iterable[CompositionError],
    loaded: Sequence[Subgraph],
    sources: Sequence[SubgraphSource],
    limits: Limits,
) -> list[CompositionError]:
    """What is wrong with further subgraphs, and contradicts among the sound ones, in any case.

    A Federation 1 subgraph is upgraded with a view to the others; if that cannot be, it is left
    out as well.
    """
    broken = _subgraphs_of(errors)
    sound = [subgraph for subgraph in loaded if subgraph.name not in broken]
    upgraded = upgrade(sound)
    if upgraded.errors:
        sound = [subgraph for subgraph in sound if not subgraph.federation1]
        upgraded = upgrade(sound)
    facts = {subgraph.name: _facts(subgraph) for subgraph in upgraded.subgraphs}
    faults = {s.name: validate(s, facts[s.name]) for s in upgraded.subgraphs}
    own = [item for s in sound if not s.federation1 for item in faults[s.name]]
    valid = [s for s in upgraded.subgraphs if not faults[s.name]]
    if len(valid) < 2:
        return own
    merge = prepare(valid, facts)
    merge_schema(merge, EVERYTHING)
    missing = frozenset(source.name for source in sources) - {subgraph.name for subgraph in valid}
    return own + standing_errors(merge, LeftOut.of(sources, missing, limits))


def _errors_after_merging(
    schema: SchemaDef, merge: Merge, limits: Limits
) -> list[CompositionError]:
    """What later stages find in spite of errors that leave untouched who resolves which field."""
    failed = merge.report.errors
    if not all(problem.rule.keeps_resolution for problem in failed):
        return []
    hidden = check_public_schema(schema, merge)
    if hidden:
        return apart_from(hidden, failed, merge, by_type=True)
    found = _check_satisfiability(schema, merge, limits)
    errors = [each for each in found if isinstance(each, CompositionError)]
    return apart_from(errors, failed, merge, by_type=False)


def _subgraphs_of(errors: Iterable[CompositionError]) -> frozenset[str]:
    return frozenset(place.subgraph for problem in errors for place in problem.locations)


def _facts(subgraph: Subgraph) -> Ownership:
    return analyse(subgraph, selected_coordinates(subgraph))


def _check_satisfiability(schema: SchemaDef, merge: Merge, limits: Limits) -> list[Diagnostic]:
    """Read the supergraph as any runtime would, and search it for unanswerable queries.

    Runtimes parse the text; here the same document is made directly, in a third of the time.
    """
    if any(subgraph.features.by_identity.get(CONNECT.identity) for subgraph in merge.subgraphs):
        return []  # Connectors resolve fields in ways of their own, which are only carried.
    try:
        supergraph = read_document(schema_document(schema))
    except InternalError as problem:
        return [invalid_graphql.merged_unusable(problem.message)]
    view = Visibility.of(schema, merge)
    return check_satisfiability(supergraph, limits.subgraph_paths, view.places)


def _load(
    sources: Sequence[SubgraphSource], limits: Limits
) -> tuple[list[Subgraph], list[CompositionError], list[Hint]]:
    hints: list[Hint] = []
    graphs = graph_names(sources)
    errors = list(invalid_subgraph_name.check(sources))
    subgraphs: list[Subgraph] = []
    for source in sources:
        loaded = load(source, graphs[source.name], limits)
        errors += loaded.errors
        hints += loaded.hints
        if loaded.subgraph is not None and not loaded.errors:
            errors += type_definition_invalid.check(loaded)
            errors += directive_definition_invalid.check(loaded)
            defined = [definition for _, definition in loaded.spec_directives]
            local = [definition for _, definition in loaded.spec_types]
            known = loaded.known_types()
            errors += invalid_graphql.check(loaded.subgraph, known, defined, local)
            subgraphs.append(loaded.subgraph)
    return subgraphs, errors, hints


def _ordered(errors: Iterable[CompositionError]) -> tuple[CompositionError, ...]:
    """Each error once, by subgraph, place and code."""
    distinct = dict.fromkeys(errors)
    return tuple(sorted(distinct, key=lambda e: (_place(e), e.code.name, e.message)))


def _place(problem: CompositionError) -> tuple[str, int, int]:
    if not problem.locations:
        return ("", 0, 0)
    first = problem.locations[0]
    return (first.subgraph, first.line, first.column)
