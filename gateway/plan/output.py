"""The shape of the answer: response keys in the client's order, read from wire keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.plan.nodes import Output, OutputField, TypeKind
from gateway.plan.operation import DENIED, INTROSPECTION
from gateway.plan.positions import Position, Selected
from gateway.plan.schema import PlannerSchema
from gateway.plan.shapes import INTROSPECTED, TYPENAME, field_shape
from gateway.plan.wires import WireNames, WirePath
from gateway.supergraph.model import Kind


@dataclass(slots=True)
class OutputBuilder:
    """Builds outputs from positions and the wire keys that were given out for them."""

    schema: PlannerSchema
    wires: WireNames
    enums: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[tuple[int, WirePath], Output] = field(default_factory=dict)

    def source(self, position: Position, selected: Selected, path: WirePath) -> tuple[str, ...]:
        """The wire keys that a field of the answer is read from, for all types of the position."""
        keys = {
            self._source(name, selected, path): None
            for each in position.classes
            if selected in each.selected
            for name in each.types
        }
        return tuple(keys)

    def output(self, position: Position, path: WirePath = ()) -> Output:
        """The answer's shape at a position whose objects stand under these wire keys."""
        key = (id(position), path)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._build(position, path)
        return known

    def _build(self, position: Position, path: WirePath) -> Output:
        lists = [
            (each.types, [self._field(each.types[0], one, path) for one in each.selected])
            for each in self._split(position, path)
        ]
        return Output(position.type_name, position.types, tuple(_interleave(lists)))

    def _split(self, position: Position, path: WirePath) -> list[_Part]:
        """The position's classes, divided further where types got different wire keys."""
        parts: list[_Part] = []
        for each in position.classes:
            groups: dict[tuple[str, ...], list[str]] = {}
            for name in each.types:
                keys = tuple(self._source(name, one, path) for one in each.selected)
                groups.setdefault(keys, []).append(name)
            parts += [_Part(tuple(names), each.selected) for names in groups.values()]
        return parts

    def _source(self, type_name: str, selected: Selected, path: WirePath) -> str:
        if selected.field == "__typename" or selected.field in INTROSPECTION:
            return selected.response_key if selected.field in INTROSPECTION else "__typename"
        if selected.arguments == DENIED:
            return DENIED
        return self.wires.name(path, type_name, selected.field, selected.arguments)

    def _field(self, type_name: str, selected: Selected, path: WirePath) -> OutputField:
        source = self._source(type_name, selected, path)
        if selected.field == "__typename":
            return OutputField(
                selected.response_key, source, "__typename", TYPENAME, when=selected.when
            )
        if selected.field in INTROSPECTION:
            return OutputField(
                selected.response_key,
                source,
                selected.field,
                INTROSPECTED[selected.field],
                when=selected.when,
                verbatim=True,
            )
        shape = field_shape(self.schema, type_name, selected.field)
        below: Output | None = None
        if selected.child is not None:
            below = self.output(selected.child, (*path, source))
        elif shape.kind is TypeKind.ENUM:
            self._note_enum(shape.named)
        return OutputField(
            selected.response_key, source, selected.field, shape, below, when=selected.when
        )

    def _note_enum(self, name: str) -> None:
        definition = self.schema.supergraph.types[name]
        if definition.kind is Kind.ENUM and name not in self.enums:
            self.enums[name] = frozenset(
                value.name for value in definition.values.values() if not value.inaccessible
            )


@dataclass(frozen=True, slots=True)
class _Part:
    types: tuple[str, ...]
    selected: tuple[Selected, ...]


def _interleave(lists: list[tuple[tuple[str, ...], list[OutputField]]]) -> list[OutputField]:
    """One list of fields that keeps the order of each type's own list.

    A field that all types have at the same turn stands once and without a type condition. At each
    turn a field is taken that no other list holds further down, if there is such a field.
    """
    if not lists:
        return []
    numbers: dict[tuple[object, ...], int] = {}
    fields: list[OutputField] = []
    rows: list[list[int]] = []
    places: list[dict[int, int]] = []
    for _types, each in lists:
        row: list[int] = []
        for one in each:
            key = (one.response_key, one.source, one.name, one.type, id(one.shape), one.when)
            number = numbers.setdefault(key, len(fields))
            if number == len(fields):
                fields.append(one)
                places.append({})
            places[number][len(rows)] = len(row)
            row.append(number)
        rows.append(row)
    if all(row == rows[0] for row in rows[1:]):
        return lists[0][1]
    heads = [0] * len(rows)
    result: list[OutputField] = []
    open_rows = [number for number, row in enumerate(rows) if row]
    while open_rows:
        chosen = next(
            (
                rows[number][heads[number]]
                for number in open_rows
                if all(
                    heads[at] >= place for at, place in places[rows[number][heads[number]]].items()
                )
            ),
            rows[open_rows[0]][heads[open_rows[0]]],
        )
        ready = [number for number in open_rows if rows[number][heads[number]] == chosen]
        types = tuple(name for number in ready for name in lists[number][0])
        result.append(
            fields[chosen] if len(ready) == len(rows) else _limited(fields[chosen], types)
        )
        for number in ready:
            heads[number] += 1
        open_rows = [number for number in open_rows if heads[number] < len(rows[number])]
    return result


def _limited(each: OutputField, types: tuple[str, ...]) -> OutputField:
    return OutputField(
        each.response_key,
        each.source,
        each.name,
        each.type,
        each.shape,
        types,
        each.when,
        each.verbatim,
    )
