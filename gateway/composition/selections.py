"""Every field set in a subgraph's directives, parsed once for all rules that look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.composition.fieldset import (
    FieldNode,
    FieldSet,
    FieldSetError,
    parse_field_set,
)
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import (
    Applied,
    Kind,
    Location,
    TypeDef,
    find_all,
    named_type,
)

_SHOWN_CHARACTERS: Final = 120


class Role(StrEnum):
    """Which directive a field set belongs to."""

    KEY = "key"
    REQUIRES = "requires"
    PROVIDES = "provides"


@dataclass(frozen=True, slots=True)
class Selection:
    """A field set in its place.

    `owner` is the type that carries the directive or its field, `field` the field's name (None
    for keys) and `target` the type that is selected from. `tree` is None if the text does not
    parse, and `problem` says why; `text` is None if the argument is no string at all.
    """

    role: Role
    owner: TypeDef
    field: str | None
    target: str
    applied: Applied
    text: str | None
    tree: FieldSet | None
    problem: FieldSetError | None
    directives: tuple[str, ...] = ()
    """Names of directives applied within the selection."""

    @property
    def where(self) -> str:
        """The place for messages: `@key(fields: "id") on "User"`."""
        element = self.owner.name if self.field is None else f"{self.owner.name}.{self.field}"
        text = ""
        if self.text is not None:
            rest = " …" if len(self.text) > _SHOWN_CHARACTERS else ""
            text = f'(fields: "{self.text[:_SHOWN_CHARACTERS]}{rest}")'
        return f'@{self.role}{text} on "{element}"'

    @property
    def location(self) -> Location | None:
        """Where the directive is applied."""
        return self.applied.location


def read_selections(subgraph: Subgraph) -> tuple[Selection, ...]:
    """All keys, requires and provides of a subgraph, in the order of its document."""
    return tuple(_selections(subgraph))


def _selections(subgraph: Subgraph) -> Iterator[Selection]:
    for owner in subgraph.types.values():
        if owner.kind not in (Kind.OBJECT, Kind.INTERFACE):
            continue
        for applied in find_all(owner.directives, "key"):
            yield _selection(Role.KEY, owner, None, owner.name, applied)
        for field in owner.fields.values():
            for applied in field.directives:
                if applied.spec == Role.REQUIRES:
                    yield _selection(Role.REQUIRES, owner, field.name, owner.name, applied)
                elif applied.spec == Role.PROVIDES:
                    target = named_type(field.type)
                    yield _selection(Role.PROVIDES, owner, field.name, target, applied)


def _selection(
    role: Role, owner: TypeDef, field: str | None, target: str, applied: Applied
) -> Selection:
    text = applied.args.get("fields")
    if not isinstance(text, str):
        return Selection(role, owner, field, target, applied, None, None, None)
    try:
        tree, directives = parse_field_set(text)
    except FieldSetError as problem:
        return Selection(role, owner, field, target, applied, text, None, problem)
    return Selection(role, owner, field, target, applied, text, tree, None, directives)


@dataclass(frozen=True, slots=True)
class Step:
    """A field met on a walk; `above` are the coordinates of its ancestors."""

    node: FieldNode
    coordinate: Coordinate
    leaf: bool
    above: tuple[Coordinate, ...]


def walk(types: Mapping[str, TypeDef], target: str, tree: FieldSet) -> Iterator[Step]:
    """Visit every field that a selection reaches; what does not exist is passed over."""
    stack: list[tuple[str, FieldSet, tuple[Coordinate, ...]]] = [(target, tree, ())]
    while stack:
        parent, nodes, above = stack.pop()
        for node in nodes:
            if not isinstance(node, FieldNode):
                stack.append((node.on or parent, node.children, above))
                continue
            coordinate = (parent, node.name)
            yield Step(node, coordinate, not node.children, above)
            owner = types.get(parent)
            field = owner.fields.get(node.name) if owner else None
            if field is not None and node.children:
                stack.append((named_type(field.type), node.children, (*above, coordinate)))
