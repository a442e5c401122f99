"""KEY_, PROVIDES_ and REQUIRES_DIRECTIVE_IN_FIELDS_ARG: no directives within a field set."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.rules.invalid_fields import is_sound
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

_CODES = {
    Role.KEY: Code.KEY_DIRECTIVE_IN_FIELDS_ARG,
    Role.PROVIDES: Code.PROVIDES_DIRECTIVE_IN_FIELDS_ARG,
    Role.REQUIRES: Code.REQUIRES_DIRECTIVE_IN_FIELDS_ARG,
}


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every field set in which a directive is applied."""
    for selection in facts.selections:
        if selection.directives and is_sound(subgraph, selection):
            yield error(
                _CODES[selection.role],
                f'{selection.where} in subgraph "{subgraph.name}" may contain no directives, but '
                f"@{selection.directives[0]} is applied in it.",
                selection.location,
            )
