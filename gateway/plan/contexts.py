"""Arguments that a fetch takes from ancestors of its objects (`@fromContext`)."""

from __future__ import annotations

from collections.abc import Collection

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.plan.fetch_graph import FetchNode, inconsistent
from gateway.plan.nodes import ContextArgument as ContextVariable
from gateway.plan.nodes import ContextSource
from gateway.plan.operation import canonical_arguments
from gateway.plan.schema import PlannerSchema
from gateway.plan.visit import Visit
from gateway.plan.wires import WireNames
from gateway.supergraph.model import ContextArgument


def take_contexts(
    schema: PlannerSchema,
    wires: WireNames,
    taken: Collection[str],
    visit: Visit,
    node: FetchNode,
    arguments: tuple[ContextArgument, ...],
) -> tuple[tuple[str, str, str], ...]:
    """Let the fetch take arguments from the nearest ancestors that set their contexts."""
    given: list[tuple[str, str, str]] = []
    for argument in arguments:
        sources, used = _sources(schema, wires, visit, argument)
        if not sources:
            raise inconsistent(f"no ancestor sets the context {argument.context}")
        node.depends_on |= used - {node.id}
        known = next((each.variable for each in node.contexts if each.sources == sources), None)
        if known is None:
            known = f"context{len(node.contexts)}_{node.id}"
            while known in taken:
                known = f"_{known}"
            node.contexts.append(ContextVariable(known, sources))
        given.append((argument.name, known, argument.type))
    return tuple(given)


def _sources(
    schema: PlannerSchema, wires: WireNames, visit: Visit, argument: ContextArgument
) -> tuple[tuple[ContextSource, ...], set[int]]:
    """Where an argument comes from, and the fetches that bring it.

    Objects of one place may be of several types, each of which gives another field, or none: what
    stands further up counts for the last.
    """
    sources: list[ContextSource] = []
    used: set[int] = set()
    for ancestor in reversed(visit.place.above):
        ways: dict[tuple[str, ...], list[str]] = {}
        for name in ancestor.types:
            if argument.context in schema.contexts_of(name):
                keys, fetches = _context_keys(schema, wires, ancestor, name, argument)
                ways.setdefault(keys, []).append(name)
                used |= fetches
        place = len(ancestor.place.path)
        for keys, names in ways.items():
            every = len(names) == len(ancestor.types)
            sources.append(ContextSource(place, keys, None if every else tuple(names)))
        if sum(map(len, ways.values())) == len(ancestor.types):
            break
    return tuple(sources), used


def _context_keys(
    schema: PlannerSchema,
    wires: WireNames,
    ancestor: Visit,
    type_name: str,
    argument: ContextArgument,
) -> tuple[tuple[str, ...], set[int]]:
    """The wire keys from an ancestor down to the value, and the fetches that bring it."""
    keys: list[str] = []
    used: set[int] = set()
    selections: SelectionSetNode | None = argument.selection.selections
    path = ancestor.place.wire_path
    while selections is not None:
        found = context_field(schema, selections, type_name)
        if found is None:
            raise inconsistent(f"the context {argument.context} selects nothing")
        name, arguments = found.name.value, canonical_arguments(found)
        if not keys:
            used |= ancestor.answered.get((name, arguments), set())
        key = wires.name(path, type_name, name, arguments)
        keys.append(key)
        path = (*path, key)
        type_name = schema.possible(schema.field_type(type_name, name).named)[0]
        selections = found.selection_set
    return tuple(keys), used


def context_field(
    schema: PlannerSchema, selections: SelectionSetNode, type_name: str
) -> FieldNode | None:
    """The one field that a context's selection has for a concrete type."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            return node
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if condition is None or type_name in schema.possible(condition.name.value):
                found = context_field(schema, node.selection_set, type_name)
                if found is not None:
                    return found
    return None
