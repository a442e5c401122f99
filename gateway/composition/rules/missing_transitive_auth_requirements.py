"""MISSING_TRANSITIVE_AUTH_REQUIREMENTS: nobody may see through a field what they may not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.composition.codes import Code, Rule
from gateway.composition.contexts import context_types, context_uses, paths
from gateway.composition.fieldset import FieldNode, FieldSet
from gateway.composition.merge.auth import NOTHING, SPECS, Requirements
from gateway.composition.merge.context import Merge
from gateway.composition.selections import Role
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import Applied, Location, TypeDef, named_type

RULE = Rule(
    Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
    meaning="A field uses data under `@requires` or `@fromContext` whose requirements it lacks.",
    why="Nobody may learn through a field what they are not allowed to ask for directly.",
    mend="State at least the requirements of the data that the field uses.",
)


def check(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Compare each consumer's own requirements with those of the data that it uses."""
    for subgraph in merge.subgraphs:
        for selection in merge.ownership[subgraph.name].selections:
            if selection.role is not Role.REQUIRES or selection.tree is None:
                continue
            stated = _stated(types, selection.owner.name, selection.field or "")
            for used, needed in _needed(types, selection.target, selection.tree):
                if not stated.satisfy(needed):
                    where = f"{selection.owner.name}.{selection.field}"
                    _report(merge, subgraph, where, selection.applied, used)
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
                _report(merge, subgraph, where, use.applied, _Used(setter.name, (setter.name,)))


def _stated(types: dict[str, TypeDef], owner: str, field: str) -> Requirements:
    return _of_type(types, owner).both(_of_field(types, owner, field))


def _of_type(types: dict[str, TypeDef], name: str) -> Requirements:
    definition = types.get(name)
    return NOTHING if definition is None else Requirements.of(definition.directives)


def _of_field(types: dict[str, TypeDef], owner: str, name: str) -> Requirements:
    definition = types.get(owner)
    field = definition.fields.get(name) if definition is not None else None
    return NOTHING if field is None else Requirements.of(field.directives)


@dataclass(frozen=True, slots=True)
class _Used:
    """Data under requirements: its name in messages, and what may state the requirements."""

    text: str
    types: tuple[str, ...]
    field: Coordinate | None = None


def _needed(
    types: dict[str, TypeDef], target: str, tree: FieldSet
) -> Iterator[tuple[_Used, Requirements]]:
    for node in tree:
        if not isinstance(node, FieldNode):
            on = node.on or target
            yield _Used(f"... on {node.on}", (on,)), _of_type(types, on)
            yield from _needed(types, on, node.children)
            continue
        owner = types.get(target)
        field = owner.fields.get(node.name) if owner is not None else None
        if field is None:
            continue
        returned = named_type(field.type)
        needed = _of_field(types, target, node.name).both(_of_type(types, returned))
        yield _Used(f"{target}.{node.name}", (returned,), (target, node.name)), needed
        yield from _needed(types, returned, node.children)


def _report(merge: Merge, subgraph: Subgraph, where: str, by: Applied, used: _Used) -> None:
    merge.report.error(
        RULE,
        f'The field "{where}" of subgraph "{subgraph.name}" uses "{used.text}" through '
        f"@{by.spec}, but does not state the @authenticated, @requiresScopes or @policy that this "
        "demands.",
        by.location,
        *_stated_at(merge, used),
    )


def _stated_at(merge: Merge, used: _Used) -> Iterator[Location | None]:
    """Where the subgraphs state requirements of the data."""
    for subgraph in merge.subgraphs:
        elements = [subgraph.types.get(name) for name in used.types]
        field = subgraph.field(used.field) if used.field is not None else None
        for element in (*elements, field):
            for applied in element.directives if element is not None else ():
                if applied.spec in SPECS:
                    yield applied.location
