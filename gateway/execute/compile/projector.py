"""Generating the code that makes the client's answer of the merged tree.

The code knows answers that fit their types. At the first sign of anything else (a null under a
non-null type, an unexpected type or enum value, a value of a wrong shape) it returns `MISFIT` or
fails, and the reference projection finds out what to tell the client.

An object is rebuilt with the client's names and order, unless it has them already: then only what
is below it is put in its place. That spoils the merged tree, so it is done for objects that are
visited once, and for plans that project once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.compile.analysis import (
    ROOT_TYPES,
    Origin,
    Place,
    Slot,
    is_clean,
    needs_no_check,
    promises,
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
class Spot:
    """Objects to be made: what of, and what is known of them.

    `base` is the call that gave the objects themselves and `wire` what it asked; `None` where
    several calls did. `single`: the tree's objects here are shown by this field alone; `owned`:
    each of them stands at one place of the tree.
    """

    output: Output
    place: Place | None
    base: Origin | None = None
    wire: WireField | None = None
    abstract: bool = False
    single: bool = False
    owned: bool = False

    def slot(self, field: OutputField) -> Slot | None:
        """Where a field's value comes from."""
        return self.place.slots.get(field.source) if self.place is not None else None

    def given(self, field: OutputField) -> WireField | None:
        """What asked for the field along with its object, so that it is there for certain."""
        slot = self.slot(field)
        if slot is None or slot.only is None or self.base is None or slot.only[0] != self.base:
            return None
        wire = slot.only[1]
        certain = wire.on is None and (wire.when is None or wire.when == field.when)
        return wire if certain else None


class Projectors:
    """Generates projectors: `(o, V) -> object or MISFIT`.

    `shared` are ids of places whose alike objects have been made one; `exclusive` the calls whose
    objects stand at one place each.
    """

    def __init__(
        self,
        source: Source,
        enums: Mapping[str, frozenset[str]],
        abstract: Collection[str],
        shared: Collection[int],
        exclusive: Collection[Origin],
    ) -> None:
        self._source = source
        self._enums = enums
        self._abstract = source.bind("abstract", frozenset(abstract))
        self._shared = shared
        self._exclusive = exclusive
        self._conditions: dict[Condition, str] = {}
        self._memos = 0
        self._level = 0
        self._below: list[tuple[str, Spot]] = []

    def projector(self, output: Output, place: Place | None, *, once: bool) -> str:
        """The function for objects at a place. `once`: the tree is not needed afterwards."""
        name = self._source.fresh("project_")
        self._below = [(name, Spot(output, place, single=once, owned=True))]
        while self._below:
            self._function(*self._below.pop())
        return name

    def _function(self, name: str, spot: Spot) -> None:
        self._level = 0
        with self._source.block(f"def {name}(o, V):"):
            self._declare(spot.output)
            self._source.line(f"return {self._object('o', spot)}")

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

    def _misfit(self, test: str) -> None:
        with self._source.block(f"if {test}:"):
            self._source.line("return MISFIT")

    # --- objects ------------------------------------------------------------------------------

    def _object(self, value: str, spot: Spot) -> str:
        """Write what makes the client's object of `value`; returns an expression for it."""
        if self._fits_already(spot):
            self._complete(value, spot)
            return value
        typename = self._typename(value, spot)
        fields = [field for field in spot.output.fields if _possible(field, spot)]
        keys = {field.response_key for field in fields}
        if len(keys) == len(fields) and not any(
            self._guards(field, spot, typename) for field in fields
        ):
            pairs = [
                f"{field.response_key!r}: {self._field(value, field, spot, typename)}"
                for field in fields
            ]
            return "{" + ", ".join(pairs) + "}"
        return self._piecewise(value, fields, spot, typename)

    def _piecewise(self, value: str, fields: list[OutputField], spot: Spot, typename: str) -> str:
        source = self._source
        result = source.fresh("d")
        source.line(f"{result} = {{}}")
        seen: set[str] = set()
        for field in fields:
            guards = self._guards(field, spot, typename)
            if field.response_key in seen:
                guards.append(f"{field.response_key!r} not in {result}")
            seen.add(field.response_key)
            with source.block(f"if {' and '.join(guards) or 'True'}:"):
                item = self._field(value, field, spot, typename)
                source.line(f"{result}[{field.response_key!r}] = {item}")
        return result

    def _guards(self, field: OutputField, spot: Spot, typename: str) -> list[str]:
        guards: list[str] = []
        if field.when is not None:
            guards.append(self._conditions[field.when])
        if field.on is not None and (spot.abstract or len(spot.output.possible) > 1):
            guards.append(f"{typename} in {tuple(field.on)!r}")
        return guards

    def _typename(self, value: str, spot: Spot) -> str:
        """An expression for the object's type; writes the check that it is a possible one."""
        source, output = self._source, spot.output
        if not spot.abstract and len(output.possible) == 1:
            return repr(output.possible[0])
        name = source.fresh("t")
        source.line(f"{name} = {value}.get('__typename')")
        test = f"{name} not in {source.bind('possible', frozenset(output.possible))}"
        if len(output.possible) == 1:
            with source.block(f"if {name} is None or {name} in {self._abstract}:"):
                source.line(f"{name} = {output.possible[0]!r}")
        elif not _needs_type(output):
            test += f" and {name} is not None and {name} not in {self._abstract}"
        self._misfit(test)
        return name

    # --- objects that are the client's already ------------------------------------------------

    def _fits_already(self, spot: Spot) -> bool:
        """Whether an object has the client's keys, in order, and leaves that need no check."""
        place, wire, output = spot.place, spot.wire, spot.output
        if not (spot.single and spot.owned) or spot.abstract or place is None or wire is None:
            return False
        if len(output.possible) != 1 or output.type_name in ROOT_TYPES:
            return False
        asked = [child.key for child in wire.children]
        if asked != [field.response_key for field in output.fields] or len(asked) != len(
            place.slots
        ):
            return False
        return all(self._stays(field, spot) for field in output.fields)

    def _stays(self, field: OutputField, spot: Spot) -> bool:
        wire = spot.given(field)
        if wire is None or wire.internal or field.verbatim or field.on is not None:
            return False
        if field.response_key != field.source or wire.when != field.when:
            return False
        return field.shape is not None or needs_no_check(wire, field, self._enums)

    def _complete(self, value: str, spot: Spot) -> None:
        """Write what puts finished values in the place of those that need finishing."""
        source = self._source
        for field in self._unfinished(spot):
            guards = self._guards(field, spot, "")
            with source.block(f"if {' and '.join(guards)}:") if guards else nullcontext():
                item = self._field(value, field, spot, "")
                source.line(f"{value}[{field.response_key!r}] = {item}")

    def _unfinished(self, spot: Spot) -> list[OutputField]:
        """The fields of such an object that something has to be done below."""
        unfinished: list[OutputField] = []
        for field in spot.output.fields:
            slot = spot.slot(field)
            if field.shape is None or slot is None or slot.only is None:
                continue
            if not is_clean(slot, field, slot.only[0], self._enums):
                unfinished.append(field)
        return unfinished

    # --- fields -------------------------------------------------------------------------------

    def _field(self, value: str, field: OutputField, spot: Spot, typename: str) -> str:
        """Write what makes a field's value; returns an expression for it."""
        if field.name == "__typename":
            return typename
        source = self._source
        slot, given = spot.slot(field), spot.given(field)
        got = f"{value}.get({field.source!r})"
        if given is not None:
            got = f"{value}[{field.source!r}]"
        sure = given is not None and promises(given, 0)
        if field.shape is None or field.verbatim:
            wire = slot.only[1] if slot is not None and slot.only is not None else None
            return self._leaf(got, field, wire, sure=sure)
        name = source.fresh("v")
        source.line(f"{name} = {got}")
        only = slot.only if slot is not None else None
        if slot is not None and only and is_clean(slot, field, only[0], self._enums):
            if not field.type.nullable[0] and not sure:
                self._misfit(f"{name} is None")
            return name
        return self._composite(name, field, field.shape, self._under(field, spot, slot), sure)

    def _under(self, field: OutputField, spot: Spot, slot: Slot | None) -> Spot:
        """What is known of a field's objects."""
        below = Spot(field.shape or spot.output, None, abstract=field.type.kind is _ABSTRACT)
        if slot is None:
            return below
        uses = Counter(other.source for other in spot.output.fields)[field.source]
        below = replace(below, place=slot.below, single=spot.single and uses == 1)
        if slot.only is None:
            return below
        origin, wire = slot.only
        # Objects that were made one are visited once, so they own what is below them.
        visited_once = spot.owned or id(spot.place) in self._shared
        owned = visited_once and origin in self._exclusive
        return replace(below, base=origin, wire=wire, owned=owned)

    def _leaf(self, got: str, field: OutputField, wire: WireField | None, *, sure: bool) -> str:
        source, shape = self._source, field.type
        allowed = self._enums.get(shape.named) if shape.kind is TypeKind.ENUM else None
        unchecked = wire is not None and needs_no_check(wire, field, self._enums)
        single = len(shape.nullable) == 1 or field.verbatim or unchecked
        if field.verbatim or unchecked:
            allowed = None
        if single and allowed is None and (shape.nullable[0] or (sure and unchecked)):
            return got
        name = source.fresh("v")
        source.line(f"{name} = {got}")
        if single and allowed is None:
            self._misfit(f"{name} is None")
        else:
            values = source.bind("allowed", allowed) if allowed is not None else "None"
            self._misfit(f"not leaves_fit({name}, {shape.nullable!r}, {values})")
        return name

    # --- lists and objects below fields -------------------------------------------------------

    def _composite(
        self, name: str, field: OutputField, shape: Output, spot: Spot, sure: bool
    ) -> str:
        """Write what makes a value with objects in it; `name` may hold null."""
        source = self._source
        result = source.fresh("x")
        if sure and not field.type.nullable[0]:
            self._layer(name, result, field, spot, 0)
            return result
        with source.block(f"if {name} is None:"):
            source.line(f"{result} = None" if field.type.nullable[0] else "return MISFIT")
        with source.block("else:"):
            self._layer(name, result, field, spot, 0)
        return result

    def _layer(self, name: str, result: str, field: OutputField, spot: Spot, depth: int) -> None:
        """Write what makes `result` of `name`, which is not null, at one list depth."""
        source = self._source
        if depth == field.type.list_depth:
            self._one(name, result, field, spot)
            return
        add, item, below = source.fresh("a"), source.fresh("i"), source.fresh("x")
        if self._stay_in_list(field, spot, depth):
            if self._unfinished(spot):
                with source.block(f"for {item} in {name}:"):
                    self._complete(item, spot)
            source.line(f"{result} = {name}")
            return
        source.line(f"{result} = []")
        source.line(f"{add} = {result}.append")
        may = field.type.nullable[depth + 1]
        with source.block(f"for {item} in {name}:"):
            if not may and spot.wire is not None and promises(spot.wire, depth + 1):
                self._layer(item, below, field, spot, depth + 1)
                source.line(f"{add}({below})")
                return
            with source.block(f"if {item} is None:"):
                source.line(f"{add}(None)" if may else "return MISFIT")
            with source.block("else:"):
                self._layer(item, below, field, spot, depth + 1)
                source.line(f"{add}({below})")

    def _stay_in_list(self, field: OutputField, spot: Spot, depth: int) -> bool:
        """Whether a list's objects are the client's already, so that the list is too."""
        last = depth + 1 == field.type.list_depth
        promised = spot.wire is not None and promises(spot.wire, depth + 1)
        is_shared = spot.place is not None and id(spot.place) in self._shared
        shallow = self._level < _LEVELS
        return last and promised and shallow and not is_shared and self._fits_already(spot)

    def _one(self, name: str, result: str, field: OutputField, spot: Spot) -> None:
        """Write what makes one object, here or in a function of its own."""
        source = self._source
        if self._level >= _LEVELS:
            function = source.fresh("project_")
            self._below.append((function, spot))
            source.line(f"{result} = {function}({name}, V)")
            self._misfit(f"{result} is MISFIT")
            return
        levels = 1 + field.type.list_depth
        self._level += levels
        if spot.place is None or id(spot.place) not in self._shared:
            source.line(f"{result} = {self._object(name, spot)}")
        else:
            self._memo(name, result, spot)
        self._level -= levels

    def _memo(self, name: str, result: str, spot: Spot) -> None:
        """Write what makes, and encodes, alike objects once."""
        source = self._source
        self._memos += 1  # wire keys are strings, so a number is free for notes
        source.line(f"{result} = {name}.get({self._memos})")
        memo = f"{name}[{self._memos}]"
        with source.block(f"if {result} is None:"):
            made = self._object(name, replace(spot, owned=False))
            source.line(f"{result} = {memo} = Fragment(encode({made}))")


_ABSTRACT: Final = TypeKind.ABSTRACT


def _possible(field: OutputField, spot: Spot) -> bool:
    """Whether the field can apply at all."""
    possible = spot.output.possible
    return field.on is None or spot.abstract or len(possible) > 1 or possible[0] in field.on


def _needs_type(output: Output) -> bool:
    return any(field.on is not None or field.name == "__typename" for field in output.fields)
