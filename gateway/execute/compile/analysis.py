"""What can be known of the merged tree before any request.

The plan's fetches are played through on types alone. The result says for every place of the tree
which calls write it; that decides where merging needs no care, which subtrees of an answer can be
passed on unwalked, and which objects are alike wherever they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.plan.nodes import (
    Each,
    EntityCall,
    Key,
    OfType,
    Output,
    OutputField,
    Path,
    QueryPlan,
    TypeKind,
    TypeShape,
    WireField,
)

ROOT_CALL: Final = -1
_SHARED_KEYS: Final = 4

# A subgraph may have another name for its root types, so their `__typename` is the gateway's own.
ROOT_TYPES: Final = frozenset({"Query", "Mutation", "Subscription"})

Origin = tuple[int, int]
"""A fetch and its entity call (`ROOT_CALL`: its root fields)."""


@dataclass(slots=True, eq=False)
class Slot:
    """A key of objects at one place: who writes it, and the place below."""

    writers: list[tuple[Origin, WireField]] = field(default_factory=list)
    below: Place | None = None

    @property
    def only(self) -> tuple[Origin, WireField] | None:
        """The writer, if there is just one."""
        return self.writers[0] if len(self.writers) == 1 else None


@dataclass(slots=True, eq=False)
class Place:
    """All objects at one path (types disregarded)."""

    slots: dict[str, Slot] = field(default_factory=dict)

    def slot(self, key: str) -> Slot:
        """The slot of a key, made if it is new."""
        return self.slots.setdefault(key, Slot())


@dataclass(slots=True, eq=False)
class Analysis:
    """The tree of places of a plan."""

    plan: QueryPlan
    root: Place
    ancestors: list[frozenset[int]]

    def along(self, path: Path) -> Iterator[tuple[Key, Slot]]:
        """The slots that a path goes through; it ends early where nothing is known."""
        place: Place | None = self.root
        for step in path:
            if isinstance(step, Key):
                if place is None or step.name not in place.slots:
                    return
                slot = place.slots[step.name]
                yield step, slot
                place = slot.below

    def stand_alone(self, path: Path, exclusive: Collection[Origin]) -> bool:
        """Whether each object at a path stands at one place, if those of these calls do."""
        slots = [slot for _, slot in self.along(path)]
        whole = len(slots) == sum(isinstance(step, Key) for step in path)
        return whole and all(slot.only and slot.only[0] in exclusive for slot in slots)

    def place(self, path: Path) -> Place | None:
        """The place at a path."""
        keys = [step for step in path if isinstance(step, Key)]
        slots = [slot for _, slot in self.along(path)]
        if len(slots) != len(keys):
            return None
        return slots[-1].below if slots else self.root

    def settled(self, path: Path, fetches: Collection[int]) -> bool:
        """Whether the objects at a path are all there before any of these fetches starts."""
        slots = [slot for _, slot in self.along(path)]
        if len(slots) != sum(isinstance(step, Key) for step in path):
            return False
        writers = {slot.only[0][0] if slot.only else None for slot in slots}
        return None not in writers and all(writers <= self.ancestors[fetch] for fetch in fetches)

    def likeness(self, path: Path) -> Likeness | None:
        """What makes objects at a path alike, or `None` if that cannot be told.

        Objects are alike when all that they got with their own place is equal and all else, also
        below them, comes by entity calls: those give equal objects equal values.
        """
        slots = [slot for _, slot in self.along(path)]
        place = self.place(path)
        if not slots or place is None or any(slot.only is None for slot in slots):
            return None
        if any(call.contexts for fetch in self.plan.fetches for call in fetch.entities):
            return None
        base = slots[-1].writers[0][0]
        keys: list[str] = []
        below: list[Place] = []
        entered = False
        for key, slot in place.slots.items():
            for origin, wire in slot.writers:
                if origin != base:
                    entered = True
                    if origin[1] == ROOT_CALL:
                        return None
                elif wire.on is not None:
                    return None
                elif wire.type.kind in _LEAVES:
                    keys.append(key)
                elif slot.below is not None:
                    below.append(slot.below)
        if not entered or not keys or len(keys) > _SHARED_KEYS:
            return None
        if any(not _comparable(each, base) for each in below):
            return None
        exact = any(_has_numbers(each, base) for each in below)
        return Likeness(tuple(keys), deep=bool(below), exact=exact)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Objects with equal `keys` are alike; if `deep`, what is below them has to be equal too.

    If `exact`, there are values below that Python calls equal although they are written differently
    (`1`, `1.0` and `true`, `0.0` and `-0.0`): they have to be written alike as well.
    """

    keys: tuple[str, ...]
    deep: bool
    exact: bool


_LEAVES: Final = (TypeKind.SCALAR, TypeKind.ENUM)
# Those of others may hold anything, at any depth.
_BUILT_IN: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})
_NUMBERS: Final = frozenset({"Int", "Float", "Boolean"})


def _comparable(place: Place, base: Origin) -> bool:
    """Whether equality of all that a call gave below a place can be told by comparing, and nothing
    else is below but what entity calls bring."""
    pending = [place]
    while pending:
        current = pending.pop()
        for slot in current.slots.values():
            for origin, wire in slot.writers:
                kind = wire.type.kind
                if origin == base:
                    if kind is TypeKind.SCALAR and wire.type.named not in _BUILT_IN:
                        return False
                elif origin[1] == ROOT_CALL:
                    return False
            if slot.below is not None:
                pending.append(slot.below)
    return True


def _has_numbers(place: Place, base: Origin) -> bool:
    """Whether a call gave values below a place that may be equal without being written alike."""
    pending = [place]
    while pending:
        for slot in pending.pop().slots.values():
            for origin, wire in slot.writers:
                if origin == base and wire.type.named in _NUMBERS:
                    return True
            if slot.below is not None:
                pending.append(slot.below)
    return False


def analyse(plan: QueryPlan) -> Analysis:
    """Play the plan through."""
    ancestors: list[frozenset[int]] = []
    for fetch in plan.fetches:
        before = [frozenset((other,)) | ancestors[other] for other in fetch.depends_on]
        ancestors.append(frozenset().union(*before))
    analysis = Analysis(plan, Place(), ancestors)
    for fetch in plan.fetches:
        if fetch.root is not None:
            place = _open(analysis.root, _keys(fetch.root.target))
            _write(place, (fetch.id, ROOT_CALL), fetch.root.selection)
        for index, call in enumerate(fetch.entities):
            for target in dict.fromkeys(_keys(path) for path in call.targets):
                _write(_open(analysis.root, target), (fetch.id, index), _unlimited(call))
    return analysis


def _unlimited(call: EntityCall) -> Sequence[WireField]:
    """A call's selection without limits to types that include all that it asks for."""
    asked: set[str] = set()
    for choice in call.representations:
        if choice.on is None and choice.typename is None:
            return call.selection
        asked.update(choice.on if choice.on is not None else (choice.typename or "",))
    return [
        replace(wire, on=None) if wire.on is not None and asked <= set(wire.on) else wire
        for wire in call.selection
    ]


def _keys(path: Path) -> tuple[str, ...]:
    return tuple(step.name for step in path if isinstance(step, Key))


def _open(place: Place, keys: Sequence[str]) -> Place:
    for key in keys:
        slot = place.slot(key)
        slot.below = slot.below or Place()
        place = slot.below
    return place


def _write(place: Place, origin: Origin, selection: Sequence[WireField]) -> None:
    pending: list[tuple[Place, Sequence[WireField]]] = [(place, selection)]
    while pending:
        into, wires = pending.pop()
        for wire in wires:
            slot = into.slot(wire.key)
            slot.writers.append((origin, wire))
            if wire.type.kind not in _LEAVES:
                slot.below = slot.below or Place()
                pending.append((slot.below, wire.children))


# --- clean subtrees ---------------------------------------------------------------------------


def as_strict(wire: WireField, shape: TypeShape) -> bool:
    """Whether the subgraph promises at least what the public type does about nulls."""
    given = (wire.subgraph_type or wire.type).nullable
    return len(given) == len(shape.nullable) and all(
        allowed or not may for allowed, may in zip(shape.nullable, given, strict=True)
    )


def promises(wire: WireField, depth: int) -> bool:
    """Whether the subgraph promises a value at this list depth."""
    given = (wire.subgraph_type or wire.type).nullable
    return depth < len(given) and not given[depth]


def needs_no_check(wire: WireField, field: OutputField, enums: Collection[str]) -> bool:
    """Whether a leaf's value can only be what the public type allows."""
    checked = field.type.kind is TypeKind.ENUM and field.type.named in enums
    return as_strict(wire, field.type) and not checked


def is_clean(slot: Slot, field: OutputField, origin: Origin, enums: Collection[str]) -> bool:
    """Whether a composite value is the client's as it stands, under whatever key.

    It is if one call wrote all of it, in the client's order and names, with nothing for the plan
    alone, nothing that depends on a type, and no value that might have to be hidden or nulled.
    """
    top, pending = slot, [(slot, field)]
    while pending:
        slot, field = pending.pop()
        if slot.only is None or slot.only[0] != origin:
            return False
        wire = slot.only[1]
        if not as_strict(wire, field.type) or not _same_kind(wire, field):
            return False
        if slot is not top and not _same_use(wire, field):
            return False
        if field.shape is None:
            if not needs_no_check(wire, field, enums):
                return False
            continue
        place = slot.below
        if place is None or not _same_keys(wire, field.shape, place):
            return False
        pending += [(place.slots[entry.source], entry) for entry in field.shape.fields]
    return True


def _same_use(wire: WireField, field: OutputField) -> bool:
    return (
        field.response_key == field.source
        and wire.on is None
        and field.on is None
        and wire.when == field.when
        and not field.verbatim
        and not wire.internal
    )


def _same_kind(wire: WireField, field: OutputField) -> bool:
    return wire.type.kind is field.type.kind and field.type.kind is not TypeKind.ABSTRACT


def _same_keys(wire: WireField, output: Output, place: Place) -> bool:
    asked = [child.key for child in wire.children]
    return (
        len(output.possible) == 1
        and asked == [entry.response_key for entry in output.fields]
        and set(asked) == set(place.slots)
        and len(asked) == len(place.slots)
        and output.type_name not in ROOT_TYPES
    )


def is_plain_list(path: Path) -> bool:
    """Whether the objects are the items of one list, so that hardly any of them come twice."""
    return isinstance(path[-1], Each) and sum(isinstance(step, Each) for step in path) == 1


def untyped(path: Path) -> Path:
    """A path without its type conditions."""
    return tuple(step for step in path if not isinstance(step, OfType))
