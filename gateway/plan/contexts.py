"""Arguments that a fetch takes from ancestors of its objects (`@fromContext`)."""

from __future__ import annotations

from collections.abc import Collection

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.plan.fetch_graph import FetchNode, inconsistent
from gateway.plan.nodes import ContextArgument as ContextVariable
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
        for ancestor in reversed(visit.place.above):
            setters = [
                name for name in ancestor.types if argument.context in schema.contexts_of(name)
            ]
            if setters:
                break
        else:
            raise inconsistent(f"no ancestor sets the context {argument.context}")
        keys, used = _context_keys(schema, wires, ancestor, setters[0], argument)
        node.depends_on |= used - {node.id}
        known = next(
            (
                each.variable
                for each in node.contexts
                if each.keys == keys and each.ancestor == len(ancestor.place.path)
            ),
            None,
        )
        if known is None:
            known = f"context{len(node.contexts)}_{node.id}"
            while known in taken:
                known = f"_{known}"
            node.contexts.append(ContextVariable(known, len(ancestor.place.path), keys))
        given.append((argument.name, known, argument.type))
    return tuple(given)


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
        found = _field_for(schema, selections, type_name)
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


def _field_for(
    schema: PlannerSchema, selections: SelectionSetNode, type_name: str
) -> FieldNode | None:
    """The one field that a context's selection has for a concrete type."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            return node
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if condition is None or type_name in schema.possible(condition.name.value):
                found = _field_for(schema, node.selection_set, type_name)
                if found is not None:
                    return found
    return None
