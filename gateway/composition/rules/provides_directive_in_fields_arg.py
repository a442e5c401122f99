"""PROVIDES_DIRECTIVE_IN_FIELDS_ARG: what is provided has no conditions."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import with_directives
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_DIRECTIVE_IN_FIELDS_ARG,
    meaning="A directive is applied inside the selection of a `@provides`.",
    why=(
        "What is provided is known before a query comes, so nothing in it can depend on a "
        "directive."
    ),
    mend="Remove the directive from the selection.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides in whose selection a directive is applied."""
    return with_directives(RULE, Role.PROVIDES, subgraph, facts)
