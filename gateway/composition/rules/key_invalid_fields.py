"""KEY_INVALID_FIELDS: a key selects what is there."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_there
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.KEY_INVALID_FIELDS,
    meaning="The selection of a `@key` does not parse, or selects something that does not exist.",
    why="Entities are fetched by their key, so each part of it has to exist in the subgraph.",
    mend="Select existing fields, with a sub-selection exactly where a field has a composite type.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key that does not parse, or does not fit the types of its subgraph."""
    return not_there(RULE, Role.KEY, subgraph, facts)
