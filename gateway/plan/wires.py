"""Wire keys: under which name a field is asked of subgraphs at each place of the answer.

A field is asked for under its own name. Only where the same place needs it with other arguments,
or for types whose values could not stand under one key, does it get a generated name. Client
aliases never appear here, so they cannot collide with what the plan itself needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.plan.schema import PlannerSchema
from gateway.plan.shapes import Outline, outlines

WirePath = tuple[str, ...]
"""The wire keys on the way to a place, without list levels and type conditions."""


@dataclass(slots=True)
class _Name:
    """A key, and the outlines of the fields of all concrete types that are under it."""

    key: str
    arguments: str
    outlines: dict[str, Outline]


class WireNames:
    """The wire keys given out while one plan is drawn up."""

    def __init__(self, schema: PlannerSchema) -> None:
        self._schema = schema
        self._places: dict[WirePath, dict[str, list[_Name]]] = {}
        self._taken: dict[WirePath, set[str]] = {}
        self._known: dict[tuple[WirePath, str, str, str], str] = {}
        self._outlines: dict[tuple[str, str], dict[str, Outline]] = {}

    def name(self, path: WirePath, type_name: str, field: str, arguments: str) -> str:
        """The wire key of a field of a concrete type at a place; the same for every fetch."""
        request = (path, type_name, field, arguments)
        known = self._known.get(request)
        if known is None:
            known = self._known[request] = self._assign(path, type_name, field, arguments)
        return known

    def _assign(self, path: WirePath, type_name: str, field: str, arguments: str) -> str:
        names = self._places.setdefault(path, {}).setdefault(field, [])
        wanted = self._outlines_of(type_name, field)
        for name in names:
            if name.arguments == arguments and all(
                name.outlines.get(scope, outline) == outline for scope, outline in wanted.items()
            ):
                name.outlines.update(wanted)
                return name.key
        taken = self._taken.setdefault(path, set())
        key = field if not names else self._generate(taken, field)
        taken.add(key)
        names.append(_Name(key, arguments, dict(wanted)))
        return key

    def _outlines_of(self, type_name: str, field: str) -> dict[str, Outline]:
        found = self._outlines.get((type_name, field))
        if found is None:
            found = outlines(self._schema, type_name, field)
            self._outlines[(type_name, field)] = found
        return found

    def _generate(self, taken: set[str], field: str) -> str:
        number = 1
        while True:
            key = f"_{number}_{field}"
            if key not in taken and key not in self._schema.field_names:
                return key
            number += 1
