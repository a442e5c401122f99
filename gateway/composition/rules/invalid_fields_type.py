"""KEY_, PROVIDES_ and REQUIRES_INVALID_FIELDS_TYPE: `fields` has to be a string."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.write import write_value

_CODES = {
    Role.KEY: Code.KEY_INVALID_FIELDS_TYPE,
    Role.PROVIDES: Code.PROVIDES_INVALID_FIELDS_TYPE,
    Role.REQUIRES: Code.REQUIRES_INVALID_FIELDS_TYPE,
}


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every field set whose argument is no string."""
    for selection in facts.selections:
        if selection.text is None:
            given = write_value(selection.applied.args.get("fields"))
            yield error(
                _CODES[selection.role],
                f'{selection.where} in subgraph "{subgraph.name}": "fields" has to be a string, '
                f"not {given}.",
                selection.location,
            )
