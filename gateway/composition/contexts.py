"""`@context` and `@fromContext`: values that a field takes from its ancestors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    FieldDef,
    InputDef,
    ListOf,
    Named,
    TypeDef,
    TypeRef,
    find,
    find_all,
    named_type,
)

_VALUE: Final = re.compile(r"\s*\$\s*([_A-Za-z]\w*)?(.*)", re.DOTALL | re.ASCII)


def split_context_value(text: str) -> tuple[str | None, str]:
    """Split `"$name { selection }"` into name and selection; the name is None if there is none."""
    match = _VALUE.fullmatch(text)
    if match is None:
        return None, text
    return match[1], match[2]


def supergraph_context(subgraph: str, name: str) -> str:
    """The name of a subgraph's context in the supergraph."""
    return f"{subgraph}__{name}"


@dataclass(frozen=True, slots=True)
class ContextUse:
    """An argument that takes its value from a context.

    `name` is None and `tree` is None where the text names no context or selects nothing;
    `problem` tells why a selection does not parse.
    """

    owner: TypeDef
    field: FieldDef
    arg: InputDef
    applied: Applied
    text: str
    name: str | None
    tree: FieldSet | None
    problem: str | None = None

    @property
    def where(self) -> str:
        """The place for messages."""
        return f"{self.owner.name}.{self.field.name}({self.arg.name}:)"


def context_uses(subgraph: Subgraph) -> Iterator[ContextUse]:
    """Every argument of a field that carries `@fromContext`."""
    for owner in subgraph.types.values():
        for field in owner.fields.values():
            for arg in field.args.values():
                applied = find(arg.directives, "fromContext") if arg.directives else None
                if applied is not None:
                    yield _use(owner, field, arg, applied)


def _use(owner: TypeDef, field: FieldDef, arg: InputDef, applied: Applied) -> ContextUse:
    text = applied.args.get("field")
    if not isinstance(text, str):
        return ContextUse(owner, field, arg, applied, "", None, None)
    name, selection = split_context_value(text)
    if name is None or not selection.strip():
        return ContextUse(owner, field, arg, applied, text, None, None)
    try:
        tree, directives = parse_field_set(selection)
    except FieldSetError as problem:
        return ContextUse(owner, field, arg, applied, text, name, None, problem.message)
    message = f"it contains the directive @{directives[0]}" if directives else None
    return ContextUse(owner, field, arg, applied, text, name, tree, message)


def context_types(subgraph: Subgraph) -> dict[str, list[TypeDef]]:
    """Context name -> types that set it."""
    result: dict[str, list[TypeDef]] = {}
    for definition in subgraph.types.values():
        for applied in find_all(definition.directives, "context"):
            name = applied.args.get("name")
            if isinstance(name, str):
                result.setdefault(name, []).append(definition)
    return result


def selected_coordinates(subgraph: Subgraph) -> set[Coordinate]:
    """The fields that contextual arguments need from the types that set their contexts."""
    result: set[Coordinate] = set()
    types = context_types(subgraph)
    for use in context_uses(subgraph):
        for definition in types.get(use.name or "", ()):
            for path in paths(subgraph.types, definition.name, use.tree or ()):
                result |= {coordinate for coordinate, _ in path}
    return result


Path = tuple[tuple[Coordinate, FieldDef], ...]


def paths(types: Mapping[str, TypeDef], target: str, tree: FieldSet) -> list[Path]:
    """The chains of fields that a selection takes from a type; unknown fields end a chain."""
    result: list[Path] = []
    owner = types.get(target)
    for node in tree:
        if not isinstance(node, FieldNode):
            if node.on is None or matches(types, target, node.on):
                result += paths(types, node.on or target, node.children)
            continue
        field = owner.fields.get(node.name) if owner is not None else None
        if field is None:
            continue
        head = ((target, node.name), field)
        if not node.children:
            result.append((head,))
            continue
        below = paths(types, named_type(field.type), node.children)
        result += [(head, *rest) for rest in below] or [(head,)]
    return result


def matches(types: Mapping[str, TypeDef], one: str, condition: str) -> bool:
    """Whether a value of a type can meet a type condition."""
    if one == condition:
        return True
    first, second = types.get(one), types.get(condition)
    if first is None or second is None:
        return False
    return (
        condition in first.interfaces
        or one in second.members
        or (one in second.interfaces or condition in first.members)
    )


def path_type(path: Path) -> TypeRef:
    """The type of what a chain of fields yields: lists on the way count.

    Only a single field keeps its promise not to be null; further down anything may be missing.
    """
    if len(path) == 1:
        return path[0][1].type
    result: TypeRef = Named(named_type(path[-1][1].type))
    for _, field in path:
        for _ in range(_list_depth(field.type)):
            result = ListOf(result)
    return result


def _list_depth(ref: TypeRef) -> int:
    depth = 0
    while not isinstance(ref, Named):
        depth += isinstance(ref, ListOf)
        ref = ref.of
    return depth
