"""QUERY_ROOT_TYPE_INACCESSIBLE: an API without queries is none."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility
from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error


def check(view: Visibility) -> Iterator[CompositionError]:
    """The query root, if it is hidden."""
    if view.hidden_type("Query"):
        yield error(
            Code.QUERY_ROOT_TYPE_INACCESSIBLE,
            'The query root "Query" is @inaccessible.',
            *view.places("Query"),
        )
