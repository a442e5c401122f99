"""Whether a field set selects what is there; most rules look at sound selections only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.composition.diagnostics import suggestion
from gateway.composition.field_arguments import field_arguments
from gateway.composition.fieldset import FieldNode, FieldSet, FieldSetError
from gateway.composition.selections import Role, Selection, walk
from gateway.composition.subgraph import Subgraph
from gateway.composition.values import fits
from gateway.composition.vocabulary import spec_directive
from gateway.supergraph.definitions import FieldDef, Kind, named_type

_BUILT_IN = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf"})
_COMPOSITE = frozenset({Kind.OBJECT, Kind.INTERFACE, Kind.UNION})


def problems_of(subgraph: Subgraph, selection: Selection) -> Iterator[str]:
    """Why a selection cannot be read, or selects something that does not exist."""
    if selection.problem is not None:
        yield selection.problem.message
        return
    for name in selection.directives:
        if not _known_directive(subgraph, name):
            yield f"there is no directive @{name}"
    if selection.tree is None or on_leaf(subgraph, selection):
        return
    problems = list(_problems(subgraph, selection.target, selection.tree))
    absent = any(problem.absent for problem in problems)
    if selection.role is Role.KEY and not absent and has_unkeyable_field(subgraph, selection):
        return  # The rule against such fields has the more helpful message.
    yield from (problem.text for problem in problems)


def _known_directive(subgraph: Subgraph, name: str) -> bool:
    if name in subgraph.schema.directives or name in _BUILT_IN:
        return True
    return spec_directive(subgraph.features, name, subgraph.version) is not None


def on_leaf(subgraph: Subgraph, selection: Selection) -> bool:
    """Whether there is nothing to select from, as the type has no fields."""
    return not _composite(subgraph, selection.target)


def has_unkeyable_field(subgraph: Subgraph, selection: Selection) -> bool:
    """Whether a selection contains a field whose type is an interface or a union."""
    for step in walk(subgraph.types, selection.target, selection.tree or ()):
        field = subgraph.field(step.coordinate)
        returned = subgraph.types.get(named_type(field.type)) if field is not None else None
        if returned is not None and returned.kind in (Kind.INTERFACE, Kind.UNION):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong; `absent` tells that something selected does not exist at all."""

    text: str
    absent: bool = False


def is_sound(subgraph: Subgraph, selection: Selection) -> bool:
    """Whether a selection parses and selects what exists."""
    return next(problems_of(subgraph, selection), None) is None


def _composite(subgraph: Subgraph, name: str) -> bool:
    definition = subgraph.types.get(name)
    return definition is not None and definition.kind in _COMPOSITE


def _problems(subgraph: Subgraph, target: str, tree: FieldSet) -> Iterator[_Problem]:
    for node in tree:
        if isinstance(node, FieldNode):
            yield from _field_problems(subgraph, target, node)
        elif node.on is None:
            yield from _problems(subgraph, target, node.children)
        elif not _composite(subgraph, node.on):
            text = f'"{node.on}" in "... on {node.on}" is no object, interface or union type'
            yield _Problem(text, absent=True)
        elif not _overlap(subgraph, target, node.on):
            yield _Problem(f'a "{target}" can never be a "{node.on}"', absent=True)
        else:
            yield from _problems(subgraph, node.on, node.children)


def _field_problems(subgraph: Subgraph, target: str, node: FieldNode) -> Iterator[_Problem]:
    if node.name == "__typename":
        return
    owner = subgraph.types[target]
    field = owner.fields.get(node.name)
    if field is None:
        near = suggestion(node.name, owner.fields).rstrip("?").replace(" Did", "; did")
        yield _Problem(f'"{target}" has no field "{node.name}"{near}', absent=True)
        return
    coordinate = f"{target}.{node.name}"
    yield from map(_Problem, _argument_problems(subgraph, coordinate, field, node))
    child = named_type(field.type)
    if _composite(subgraph, child):
        if node.children:
            yield from _problems(subgraph, child, node.children)
        else:
            text = f'"{coordinate}" is of type "{child}" and needs a selection of its fields'
            yield _Problem(text)
    elif node.children:
        yield _Problem(f'"{coordinate}" is of type "{child}", which has no fields to select')


def _argument_problems(
    subgraph: Subgraph, coordinate: str, field: FieldDef, node: FieldNode
) -> Iterator[str]:
    try:
        given = field_arguments(node.args) if node.args else {}
    except FieldSetError as problem:
        yield problem.message
        return
    for name, value in given.items():
        arg = field.args.get(name)
        if arg is None:
            yield f'"{coordinate}" has no argument "{name}"'
        elif not fits(value, arg.type, subgraph.types):
            yield f'the argument "{name}" of "{coordinate}" has to be a {arg.type}'
    for arg in field.args.values():
        if arg.required and arg.name not in given:
            yield f'"{coordinate}" needs its argument "{arg.name}"'


def _overlap(subgraph: Subgraph, one: str, other: str) -> bool:
    return one == other or bool(_possible(subgraph, one) & _possible(subgraph, other))


def _possible(subgraph: Subgraph, name: str) -> set[str]:
    definition = subgraph.types[name]
    if definition.kind is Kind.UNION:
        return set(definition.members)
    if definition.kind is Kind.INTERFACE:
        return {
            other.name
            for other in subgraph.types.values()
            if other.kind is Kind.OBJECT and name in other.interfaces
        }
    return {name}
