"""MISSING_TRANSITIVE_AUTH_REQUIREMENTS: nobody may see through a field what they may not see."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.contexts import context_types, context_uses, paths
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.fieldset import FieldNode, FieldSet
from gateway.composition.merge.auth import NOTHING, Requirements
from gateway.composition.merge.context import Merge
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Location, TypeDef, named_type


def check(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Compare each consumer's own requirements with those of the data that it uses."""
    for subgraph in merge.subgraphs:
        for selection in merge.ownership[subgraph.name].selections:
            if selection.role is not Role.REQUIRES or selection.tree is None:
                continue
            stated = _stated(types, selection.owner.name, selection.field or "")
            for what, needed in _needed(types, selection.target, selection.tree):
                if not stated.satisfy(needed):
                    merge.report.errors.append(
                        _error(
                            subgraph,
                            f"{selection.owner.name}.{selection.field}",
                            "@requires",
                            what,
                            selection.location,
                        )
                    )
                    break
        _check_contexts(merge, subgraph, types)


def _check_contexts(merge: Merge, subgraph: Subgraph, types: dict[str, TypeDef]) -> None:
    setters = context_types(subgraph)
    for use in context_uses(subgraph):
        stated = _stated(types, use.owner.name, use.field.name)
        for setter in setters.get(use.name or "", ()):
            needed = _of_type(types, setter.name)
            for path in paths(subgraph.types, setter.name, use.tree or ()):
                for (owner, name), field in path:
                    needed = needed.both(_of_field(types, owner, name))
                    needed = needed.both(_of_type(types, named_type(field.type)))
            if not stated.satisfy(needed):
                where = f"{use.owner.name}.{use.field.name}"
                merge.report.errors.append(
                    _error(subgraph, where, "@fromContext", setter.name, use.applied.location)
                )


def _stated(types: dict[str, TypeDef], owner: str, field: str) -> Requirements:
    return _of_type(types, owner).both(_of_field(types, owner, field))


def _of_type(types: dict[str, TypeDef], name: str) -> Requirements:
    definition = types.get(name)
    return NOTHING if definition is None else Requirements.of(definition.directives)


def _of_field(types: dict[str, TypeDef], owner: str, name: str) -> Requirements:
    definition = types.get(owner)
    field = definition.fields.get(name) if definition is not None else None
    return NOTHING if field is None else Requirements.of(field.directives)


def _needed(
    types: dict[str, TypeDef], target: str, tree: FieldSet
) -> Iterator[tuple[str, Requirements]]:
    for node in tree:
        if not isinstance(node, FieldNode):
            yield f"... on {node.on}", _of_type(types, node.on or target)
            yield from _needed(types, node.on or target, node.children)
            continue
        owner = types.get(target)
        field = owner.fields.get(node.name) if owner is not None else None
        if field is None:
            continue
        returned = named_type(field.type)
        needed = _of_field(types, target, node.name).both(_of_type(types, returned))
        yield f"{target}.{node.name}", needed
        yield from _needed(types, returned, node.children)


def _error(
    subgraph: Subgraph, where: str, directive: str, what: str, location: Location | None
) -> CompositionError:
    return error(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        f'The field "{where}" of subgraph "{subgraph.name}" uses "{what}" through {directive}, but '
        "does not state the @authenticated, @requiresScopes or @policy that this demands.",
        location,
    )
