"""Making the client's answer of the merged tree: names, order, nulls and hidden values.

Follows §6.4.4 of the GraphQL specification (errors and non-null types): a null under a non-null
type makes the nearest nullable ancestor null. Done after all merges, because a later fetch may
still fill a field. The walk keeps its own stack: an operation's depth is the client's choice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any, Final

from gateway.execute.conditions import holds
from gateway.execute.program import Tree, Violation
from gateway.execute.wire_json import Fragment, encode
from gateway.plan.nodes import Output, OutputField, TypeKind, TypeShape

_ABSENT: Final = object()
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "Int": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "ID": (str, int),
}


class Slot:
    """A place of the answer: where its value goes, and what happens if there is none."""

    __slots__ = ("container", "dead", "key", "nullable", "parent")

    def __init__(self, container: Any, key: Any, nullable: bool, parent: Slot | None) -> None:
        self.container = container
        self.key = key
        self.nullable = nullable
        self.parent = parent
        self.dead = False

    def path(self) -> tuple[str | int, ...]:
        """The place in the client's terms."""
        steps: list[str | int] = []
        slot: Slot | None = self
        while slot is not None and slot.parent is not None:
            steps.append(slot.key)
            slot = slot.parent
        return tuple(reversed(steps))

    def make_null(self) -> None:
        """Put null here, or in the nearest ancestor that may be null."""
        slot = self
        while not slot.nullable and slot.parent is not None:
            slot.dead = True
            slot = slot.parent
        slot.dead = True
        slot.container[slot.key] = None


class Projection:
    """One projection of one object."""

    def __init__(
        self,
        variables: Mapping[str, Any],
        enums: Mapping[str, frozenset[str]],
        abstract: Collection[str],
        verify_leaves: bool,
    ) -> None:
        self.violations: list[Violation] = []
        self._variables = variables
        self._enums = enums
        self._abstract = abstract
        self._verify_leaves = verify_leaves
        # Most values are such leaves; they need no place on the stack.
        self._plain: tuple[type, ...] = () if verify_leaves else (str, int, bool, float)
        self._stack: list[tuple[Any, Slot, OutputField, str, int]] = []

    def run(self, source: Tree, output: Output) -> Any:
        """The client's value of an object; `None` if a null reached it."""
        top: list[Any] = [None]
        self._object(source, Slot(top, 0, True, None), output)
        while self._stack:
            value, slot, field, owner, depth = self._stack.pop()
            if slot.parent is None or not slot.parent.dead:
                self._value(value, slot, field, owner, depth)
        return top[0]

    def _value(self, value: Any, slot: Slot, field: OutputField, owner: str, depth: int) -> None:
        shape = field.type
        if value is None or value is _ABSENT:
            if not slot.nullable:
                message = f"Cannot return null for non-nullable field {owner}.{field.name}."
                self._violate(slot, message, missing=True)
        elif field.verbatim:
            slot.container[slot.key] = value
        elif depth < shape.list_depth:
            if value.__class__ is not list:
                self._violate(slot, f"Expected a list for {owner}.{field.name}.")
                return
            items: list[Any] = [None] * len(value)
            slot.container[slot.key] = items
            nullable = shape.nullable[depth + 1]
            for index in range(len(value) - 1, -1, -1):
                below = Slot(items, index, nullable, slot)
                self._stack.append((value[index], below, field, owner, depth + 1))
        elif field.shape is not None:
            if value.__class__ is not dict:
                self._violate(slot, f"Expected an object for {owner}.{field.name}.")
                return
            self._object(value, slot, field.shape)
        else:
            self._leaf(value, slot, field.type, f"{owner}.{field.name}")

    def _leaf(self, value: Any, slot: Slot, shape: TypeShape, where: str) -> None:
        if shape.kind is TypeKind.ENUM:
            allowed = self._enums.get(shape.named)
            if value.__class__ is not str or (allowed is not None and value not in allowed):
                self._violate(slot, f"{shape.named} has no such value, for {where}.")
                return
        elif self._verify_leaves and not _fits(value, shape.named):
            self._violate(slot, f"{shape.named} cannot represent the value of {where}.")
            return
        slot.container[slot.key] = value

    def _object(self, source: Tree, slot: Slot, output: Output) -> None:
        typename = source.get("__typename")
        if typename not in output.possible:
            if typename is not None and not self._is_abstract(typename):
                self._violate(slot, f"{output.type_name} cannot be of the type that was given.")
                return
            typename = output.possible[0] if len(output.possible) == 1 else None
        result: dict[str, Any] = {}
        pending: list[tuple[Any, Slot, OutputField, str, int]] = []
        for field in output.fields:
            if field.response_key in result:
                continue
            if field.when is not None and not holds(field.when, self._variables):
                continue
            if typename is None and (field.on is not None or field.name == "__typename"):
                message = f"The type of this {output.type_name} is not known."
                self._violate(slot, message, missing=True)
                return
            if field.on is not None and typename not in field.on:
                continue
            result[field.response_key] = None
            if field.name == "__typename":
                result[field.response_key] = typename
                continue
            value = source.get(field.source, _ABSENT)
            shape = field.type
            plain = value.__class__ in self._plain and shape.kind is TypeKind.SCALAR
            if plain and len(shape.nullable) == 1:
                result[field.response_key] = value
                continue
            below = Slot(result, field.response_key, field.type.nullable[0], slot)
            pending.append((value, below, field, typename or output.type_name, 0))
        slot.container[slot.key] = result
        self._stack.extend(reversed(pending))

    def _is_abstract(self, typename: Any) -> bool:
        return typename.__class__ is str and typename in self._abstract

    def _violate(self, slot: Slot, message: str, missing: bool = False) -> None:
        self.violations.append(Violation(slot.path(), message, missing))
        slot.make_null()


def _fits(value: Any, named: str) -> bool:
    kinds = _KINDS.get(named)
    if kinds is None:
        return True
    if value.__class__ is Fragment:  # a number that is too long for anything else
        digits = encode(value)
        if named == "ID":
            return digits.removeprefix(b"-").isdigit()
        return named == "Float" and isfinite(float(digits))
    if value.__class__ is bool:
        return named == "Boolean"
    return isinstance(value, kinds)
