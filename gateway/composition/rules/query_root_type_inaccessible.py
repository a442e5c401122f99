"""QUERY_ROOT_TYPE_INACCESSIBLE: an API without queries is none."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error

RULE = Rule(
    Code.QUERY_ROOT_TYPE_INACCESSIBLE,
    meaning="The query root is `@inaccessible`.",
    why="A public schema without a query root is no GraphQL schema.",
    mend="Hide single fields of it instead.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """The query root, if it is hidden."""
    if view.hidden_type("Query"):
        yield error(
            RULE,
            'The query root "Query" is @inaccessible.',
            *view.places("Query"),
        )
