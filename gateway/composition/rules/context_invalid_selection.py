"""CONTEXT_INVALID_SELECTION: the selection has to give one fitting value, from every setter."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.contexts import (
    ContextUse,
    context_types,
    context_uses,
    matches,
    path_type,
    paths,
)
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.fieldset import FieldNode, FieldSet, FragmentNode
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import ListOf, NonNull, TypeDef, TypeRef, named_type

RULE = Rule(
    Code.CONTEXT_INVALID_SELECTION,
    meaning="The selection of a `@fromContext` does not give one value of the argument's type.",
    why="An argument takes exactly one value, of its own type.",
    mend="Select exactly one field from each type that sets the context.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every selection that is ambiguous, does not exist, or has another type than its argument."""
    types = context_types(subgraph)
    for use in context_uses(subgraph):
        if use.name is None or use.name not in types:
            continue
        for problem in _problems(subgraph, use, types[use.name]):
            yield error(
                RULE,
                f'@fromContext on "{use.where}" in subgraph "{subgraph.name}" is invalid: '
                f"{problem}.",
                use.applied.location,
            )


def _problems(subgraph: Subgraph, use: ContextUse, setters: list[TypeDef]) -> Iterator[str]:
    if use.problem is not None or use.tree is None:
        yield use.problem or "it selects nothing"
        return
    fragments = [node for node in use.tree if isinstance(node, FragmentNode)]
    if fragments and len(fragments) < len(use.tree):
        yield "it mixes fields and type conditions"
        return
    for fragment in fragments:
        if not any(matches(subgraph.types, item.name, fragment.on or "") for item in setters):
            yield f'its type condition "{fragment.on}" fits no type that sets the context'
    for branch in [fragment.children for fragment in fragments] or [use.tree]:
        if _branches(branch):
            yield "it selects more than one value"
            return
    for setter in setters:
        yield from _setter_problems(subgraph, use, setter)


def _branches(tree: FieldSet) -> bool:
    while tree:
        if len(tree) > 1:
            return True
        tree = tree[0].children
    return False


def _setter_problems(subgraph: Subgraph, use: ContextUse, setter: TypeDef) -> Iterator[str]:
    tree = use.tree or ()
    missing = _missing(subgraph, setter.name, tree)
    if missing is not None:
        yield missing
        return
    found = paths(subgraph.types, setter.name, tree)
    if not found:
        yield f'none of its type conditions fits "{setter.name}", which sets the context'
    for path in found:
        selected = path_type(path)
        if subgraph.types.get(named_type(selected)) is not None and (
            subgraph.types[named_type(selected)].fields
        ):
            yield f'it ends at "{named_type(selected)}", which has fields'
        elif not _assignable(selected, use.arg.type):
            yield (
                f'it yields "{selected}" from "{setter.name}", but the argument is of type '
                f'"{use.arg.type}"'
            )


def _missing(subgraph: Subgraph, target: str, tree: FieldSet) -> str | None:
    owner = subgraph.types.get(target)
    for node in tree:
        if not isinstance(node, FieldNode):
            if node.on is None or matches(subgraph.types, target, node.on):
                problem = _missing(subgraph, node.on or target, node.children)
                if problem is not None:
                    return problem
            continue
        field = owner.fields.get(node.name) if owner is not None else None
        if field is None:
            return f'"{target}" has no field "{node.name}"'
        if node.children:
            problem = _missing(subgraph, named_type(field.type), node.children)
            if problem is not None:
                return problem
    return None


def _assignable(selected: TypeRef, wanted: TypeRef) -> bool:
    if isinstance(wanted, NonNull):
        return isinstance(selected, NonNull) and _assignable(selected.of, wanted.of)
    if isinstance(selected, NonNull):
        return _assignable(selected.of, wanted)
    if isinstance(wanted, ListOf) and isinstance(selected, ListOf):
        return _assignable(selected.of, wanted.of)
    return selected == wanted
