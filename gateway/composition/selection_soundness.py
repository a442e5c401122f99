"""Whether a field set selects what is there; most rules look at sound selections only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from gateway.composition.diagnostics import suggestion
from gateway.composition.field_arguments import field_arguments
from gateway.composition.fieldset import FieldNode, FieldSet, FieldSetError, parse_as_written
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
    if selection.role is Role.KEY and _abstract_first(subgraph, selection, problems):
        return  # The rule against such fields has the more helpful message.
    yield from (item.text for item in problems if item.fault is not _Fault.ABSTRACT)


def _abstract_first(subgraph: Subgraph, selection: Selection, problems: list[_Problem]) -> bool:
    """Whether a key selects a field of abstract type before anything that does not exist."""
    faults = {item.fault for item in problems}
    if _Fault.ABSTRACT not in faults or selection.text is None:
        return False
    if _Fault.ABSENT in faults:  # Trees are sorted, so that it takes the text to tell.
        problems = list(_problems(subgraph, selection.target, parse_as_written(selection.text)))
    return next(p for p in problems if p.fault is not _Fault.OTHER).fault is _Fault.ABSTRACT


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
        if field is not None and _is_abstract(subgraph, named_type(field.type)):
            return True
    return False


class _Fault(Enum):
    """What kind of problem it is: of a key, the first that is absent or abstract is told."""

    ABSENT = auto()
    """There is no field of that name."""
    ABSTRACT = auto()
    """A field is of interface or union type, which is a fault in keys only."""
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong."""

    text: str
    fault: _Fault = _Fault.OTHER


def is_sound(subgraph: Subgraph, selection: Selection) -> bool:
    """Whether a selection parses and selects what exists."""
    return next(problems_of(subgraph, selection), None) is None


def _composite(subgraph: Subgraph, name: str) -> bool:
    definition = subgraph.types.get(name)
    return definition is not None and definition.kind in _COMPOSITE


def _is_abstract(subgraph: Subgraph, name: str) -> bool:
    definition = subgraph.types.get(name)
    return definition is not None and definition.kind in (Kind.INTERFACE, Kind.UNION)


def _problems(subgraph: Subgraph, target: str, tree: FieldSet) -> Iterator[_Problem]:
    for node in tree:
        if isinstance(node, FieldNode):
            yield from _field_problems(subgraph, target, node)
        elif node.on is None:
            yield from _problems(subgraph, target, node.children)
        elif not _composite(subgraph, node.on):
            text = f'"{node.on}" in "... on {node.on}" is no object, interface or union type'
            yield _Problem(text)
        elif not _overlap(subgraph, target, node.on):
            yield _Problem(f'a "{target}" can never be a "{node.on}"')
        else:
            yield from _problems(subgraph, node.on, node.children)


def _field_problems(subgraph: Subgraph, target: str, node: FieldNode) -> Iterator[_Problem]:
    if node.name == "__typename":
        return
    owner = subgraph.types[target]
    field = owner.fields.get(node.name)
    if field is None:
        near = suggestion(node.name, owner.fields).rstrip("?").replace(" Did", "; did")
        yield _Problem(f'"{target}" has no field "{node.name}"{near}', _Fault.ABSENT)
        return
    coordinate = f"{target}.{node.name}"
    yield from map(_Problem, _argument_problems(subgraph, coordinate, field, node))
    child = named_type(field.type)
    if _is_abstract(subgraph, child):
        yield _Problem(f'"{coordinate}" is of an abstract type', _Fault.ABSTRACT)
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
