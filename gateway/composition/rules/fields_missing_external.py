"""PROVIDES_ and REQUIRES_FIELDS_MISSING_EXTERNAL: what one asks others for is not one's own."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.rules.invalid_fields import is_sound
from gateway.composition.selections import Role, Step, walk
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import find

_CODES = {
    Role.PROVIDES: Code.PROVIDES_FIELDS_MISSING_EXTERNAL,
    Role.REQUIRES: Code.REQUIRES_FIELDS_MISSING_EXTERNAL,
}


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every selected leaf that neither is external nor lies below something external."""
    marked = _Marked(subgraph, facts)
    for selection in facts.selections:
        if selection.role not in _CODES or selection.tree is None:
            continue
        if not is_sound(subgraph, selection):
            continue
        for step in walk(subgraph.types, selection.target, selection.tree):
            if not step.leaf or marked.covers(step):
                continue
            field = subgraph.field(step.coordinate)
            if field is None and step.node.name != "__typename":
                continue
            owner, name = step.coordinate
            yield error(
                _CODES[selection.role],
                f'{selection.where} in subgraph "{subgraph.name}" selects "{owner}.{name}", which '
                "is not marked @external there.",
                selection.location,
                field.location if field is not None else None,
            )


class _Marked:
    """Which fields count as external for this rule."""

    def __init__(self, subgraph: Subgraph, facts: Ownership) -> None:
        self._subgraph = subgraph
        self._facts = facts

    def covers(self, step: Step) -> bool:
        return any(self._external(item) for item in (step.coordinate, *step.above))

    def _external(self, coordinate: Coordinate) -> bool:
        return coordinate in self._facts.external or self._written(coordinate)

    def _written(self, coordinate: Coordinate) -> bool:
        # A key field of an extension is owned in spite of its mark, yet may be required.
        field = self._subgraph.field(coordinate)
        return field is not None and find(field.directives, "external") is not None
