"""Generating the code that makes the client's answer of the merged tree.

The code knows answers that fit their types. At the first sign of anything else (a null under a
non-null type, an unexpected type or enum value, a value of a wrong shape) it returns `MISFIT`, and
the reference projection finds out what to tell the client. The merged tree is left as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.compile.analysis import (
    Origin,
    Place,
    Slot,
    is_clean,
    needs_no_check,
)
from gateway.execute.compile.source import Source, condition
from gateway.plan.nodes import Condition, Output, OutputField, TypeKind, WireField

MISFIT: Final = object()


def leaves_fit(value: Any, nullable: tuple[bool, ...], allowed: frozenset[str] | None) -> bool:
    """Whether a leaf, or a list of leaves, fits its type; depth is that of the type."""
    if value is None:
        return nullable[0]
    if len(nullable) == 1:
        return allowed is None or value in allowed
    return value.__class__ is list and all(
        leaves_fit(item, nullable[1:], allowed) for item in value
    )


RUNTIME: Final = {
    "MISFIT": MISFIT,
    "Fragment": wire_json.Fragment,
    "encode": wire_json.encode,
    "leaves_fit": leaves_fit,
}


# Levels of objects and lists in one function: Python bounds nested loops and indentation.
_LEVELS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Below:
    """Objects that get a function of their own, because they stand too deep."""

    name: str
    output: Output
    place: Place | None
    base: Origin | None
    abstract: bool


class Projectors:
    """Generates one projector: `(o, V) -> object or MISFIT`."""

    def __init__(
        self,
        source: Source,
        enums: Mapping[str, frozenset[str]],
        abstract: Collection[str],
        shared: Collection[int],
    ) -> None:
        self._source = source
        self._enums = enums
        self._abstract = source.bind("abstract", frozenset(abstract))
        self._shared = shared
        self._conditions: dict[Condition, str] = {}
        self._memos = 0
        self._level = 0
        self._below: list[_Below] = []

    def projector(self, output: Output, place: Place | None) -> str:
        """The function for objects at a place. `shared`: ids of places with alike objects."""
        name = self._source.fresh("project_")
        self._below = [_Below(name, output, place, None, False)]
        while self._below:
            self._function(self._below.pop())
        return name

    def _function(self, part: _Below) -> None:
        source = self._source
        self._level = 0
        with source.block(f"def {part.name}(o, V):"):
            self._declare(part.output)
            made = self._object("o", part.output, part.place, part.base, is_abstract=part.abstract)
            source.line(f"return {made}")

    def _declare(self, output: Output) -> None:
        """Judge each condition once."""
        self._conditions = {}
        pending = [output]
        while pending:
            for field in pending.pop().fields:
                if field.when is not None and field.when not in self._conditions:
                    name = self._source.fresh("c")
                    self._conditions[field.when] = name
                    self._source.line(f"{name} = {condition(field.when)}")
                if field.shape is not None:
                    pending.append(field.shape)

    # --- objects ------------------------------------------------------------------------------

    def _object(
        self,
        value: str,
        output: Output,
        place: Place | None,
        base: Origin | None,
        *,
        is_abstract: bool,
    ) -> str:
        """Write what makes the client's object of `value`; returns an expression for it."""
        typename = self._typename(value, output, place, is_abstract)
        fields = [field for field in output.fields if _possible(field, output, is_abstract)]
        if len({field.response_key for field in fields}) == len(fields) and not any(
            self._guard(field, output, is_abstract, typename) for field in fields
        ):
            pairs = [
                f"{field.response_key!r}: {self._field(value, field, place, base, typename)}"
                for field in fields
            ]
            return "{" + ", ".join(pairs) + "}"
        return self._piecewise(value, fields, output, place, base, is_abstract, typename)

    def _piecewise(
        self,
        value: str,
        fields: list[OutputField],
        output: Output,
        place: Place | None,
        base: Origin | None,
        is_abstract: bool,
        typename: str,
    ) -> str:
        source = self._source
        result = source.fresh("d")
        source.line(f"{result} = {{}}")
        seen: set[str] = set()
        for field in fields:
            guards = self._guard(field, output, is_abstract, typename)
            if field.response_key in seen:
                guards.append(f"{field.response_key!r} not in {result}")
            seen.add(field.response_key)
            with source.block(f"if {' and '.join(guards) or 'True'}:"):
                item = self._field(value, field, place, base, typename)
                source.line(f"{result}[{field.response_key!r}] = {item}")
        return result

    def _guard(
        self, field: OutputField, output: Output, is_abstract: bool, typename: str
    ) -> list[str]:
        guards: list[str] = []
        if field.when is not None:
            guards.append(self._conditions[field.when])
        if field.on is not None and (is_abstract or len(output.possible) > 1):
            guards.append(f"{typename} in {tuple(field.on)!r}")
        return guards

    def _typename(self, value: str, output: Output, place: Place | None, is_abstract: bool) -> str:
        """An expression for the object's type; writes the check that it is a possible one."""
        source = self._source
        if not is_abstract and len(output.possible) == 1:
            return repr(output.possible[0])
        name = source.fresh("t")
        source.line(f"{name} = {value}.get('__typename')")
        possible = frozenset(output.possible)
        test = f"{name} not in {source.bind('possible', possible)}"
        if len(possible) == 1:
            with source.block(f"if {name} is None or {name} in {self._abstract}:"):
                source.line(f"{name} = {output.possible[0]!r}")
            word = "elif"
        else:
            word = "if"
            if not _needs_type(output):
                test += f" and {name} is not None and {name} not in {self._abstract}"
        with source.block(f"{word} {test}:"):
            source.line("return MISFIT")
        return name

    # --- fields -------------------------------------------------------------------------------

    def _field(
        self,
        value: str,
        field: OutputField,
        place: Place | None,
        base: Origin | None,
        typename: str,
    ) -> str:
        """Write what makes a field's value; returns an expression for it."""
        if field.name == "__typename":
            return typename
        source = self._source
        slot = place.slots.get(field.source) if place is not None else None
        wire = slot.only[1] if slot is not None and slot.only is not None else None
        given = wire is not None and slot is not None and _is_given(slot, wire, field, base)
        got = f"{value}[{field.source!r}]" if given else f"{value}.get({field.source!r})"
        sure = given and wire is not None and not (wire.subgraph_type or wire.type).nullable[0]
        if field.shape is None or field.verbatim:
            return self._leaf(got, field, wire, sure=sure)
        name = source.fresh("v")
        source.line(f"{name} = {got}")
        if slot is not None and slot.only is not None:
            origin = slot.only[0]
            if is_clean(slot, field, origin, self._enums):
                if not field.type.nullable[0] and not sure:
                    self._misfit_if_none(name)
                return name
        return self._composite(name, field, slot)

    def _leaf(self, got: str, field: OutputField, wire: WireField | None, *, sure: bool) -> str:
        source = self._source
        shape = field.type
        allowed = self._enums.get(shape.named) if shape.kind is TypeKind.ENUM else None
        if field.verbatim:
            allowed, wire = None, None
        elif wire is not None and needs_no_check(wire, field, self._enums):
            if shape.nullable[0] or sure:
                return got
            name = source.fresh("v")
            source.line(f"{name} = {got}")
            self._misfit_if_none(name)
            return name
        if shape.nullable[0] and (len(shape.nullable) == 1 or field.verbatim) and allowed is None:
            return got
        name = source.fresh("v")
        source.line(f"{name} = {got}")
        if len(shape.nullable) == 1 and allowed is None:
            self._misfit_if_none(name)
            return name
        values = source.bind("allowed", allowed) if allowed is not None else "None"
        with source.block(f"if not leaves_fit({name}, {shape.nullable!r}, {values}):"):
            source.line("return MISFIT")
        return name

    def _misfit_if_none(self, name: str) -> None:
        with self._source.block(f"if {name} is None:"):
            self._source.line("return MISFIT")

    def _composite(self, name: str, field: OutputField, slot: Slot | None) -> str:
        """Write what makes a value with objects in it; `name` may hold null."""
        source = self._source
        result = source.fresh("x")
        with source.block(f"if {name} is None:"):
            source.line(f"{result} = None" if field.type.nullable[0] else "return MISFIT")
        with source.block("else:"):
            self._layer(name, result, field, slot, 0)
        return result

    def _layer(
        self, name: str, result: str, field: OutputField, slot: Slot | None, depth: int
    ) -> None:
        """Write what makes `result` of `name`, which is not null, at one list depth."""
        source = self._source
        if depth == field.type.list_depth:
            self._one(name, result, field, slot)
            return
        add, item = source.fresh("a"), source.fresh("i")
        source.line(f"{result} = []")
        source.line(f"{add} = {result}.append")
        with source.block(f"for {item} in {name}:"):
            with source.block(f"if {item} is None:"):
                may = field.type.nullable[depth + 1]
                source.line(f"{add}(None)" if may else "return MISFIT")
            with source.block("else:"):
                below = source.fresh("x")
                self._layer(item, below, field, slot, depth + 1)
                source.line(f"{add}({below})")

    def _one(self, name: str, result: str, field: OutputField, slot: Slot | None) -> None:
        """Write what makes one object; alike objects are made, and encoded, once."""
        source = self._source
        shape = field.shape
        if shape is None:
            raise ValueError(f"{field.name} has no objects")
        place = slot.below if slot is not None else None
        base = slot.only[0] if slot is not None and slot.only is not None else None
        is_abstract = field.type.kind is TypeKind.ABSTRACT
        if self._level >= _LEVELS:
            below = _Below(source.fresh("project_"), shape, place, base, is_abstract)
            self._below.append(below)
            source.line(f"{result} = {below.name}({name}, V)")
            with source.block(f"if {result} is MISFIT:"):
                source.line("return MISFIT")
            return
        self._level += 1 + field.type.list_depth
        self._inline(name, result, shape, place, base, is_abstract)
        self._level -= 1 + field.type.list_depth

    def _inline(
        self,
        name: str,
        result: str,
        shape: Output,
        place: Place | None,
        base: Origin | None,
        is_abstract: bool,
    ) -> None:
        source = self._source
        if place is None or id(place) not in self._shared:
            made = self._object(name, shape, place, base, is_abstract=is_abstract)
            source.line(f"{result} = {made}")
            return
        # Wire keys are strings, so a number is free for notes.
        self._memos += 1
        memo = self._memos
        source.line(f"{result} = {name}.get({memo})")
        with source.block(f"if {result} is None:"):
            made = self._object(name, shape, place, base, is_abstract=is_abstract)
            source.line(f"{result} = {name}[{memo}] = Fragment(encode({made}))")


def _possible(field: OutputField, output: Output, is_abstract: bool) -> bool:
    """Whether the field can apply at all."""
    if field.on is None or is_abstract or len(output.possible) > 1:
        return True
    return output.possible[0] in field.on


def _needs_type(output: Output) -> bool:
    return any(field.on is not None or field.name == "__typename" for field in output.fields)


def _is_given(slot: Slot, wire: WireField, field: OutputField, base: Origin | None) -> bool:
    """Whether an object that its base call gave has this key for certain."""
    return (
        base is not None
        and slot.only is not None
        and slot.only[0] == base
        and wire.on is None
        and (wire.when is None or wire.when == field.when)
    )
