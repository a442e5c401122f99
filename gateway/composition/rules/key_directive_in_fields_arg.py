"""KEY_DIRECTIVE_IN_FIELDS_ARG: a key has no conditions."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import with_directives
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.KEY_DIRECTIVE_IN_FIELDS_ARG,
    meaning="A directive is applied inside the selection of a `@key`.",
    why="A key is fetched whole or not at all, so nothing in it can depend on a directive.",
    mend="Remove the directive from the selection.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key in whose selection a directive is applied."""
    return with_directives(RULE, Role.KEY, subgraph, facts)
