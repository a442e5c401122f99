"""MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED: the search for unanswerable queries ends."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED,
    meaning="The search for unanswerable queries was given up at its limit.",
    why="The search is bounded, so that composing ends whatever the schemas are.",
    mend=(
        "Raise the limit (`--max-paths`), or share fewer fields that lead to the type named; "
        "where keys and requirements depend on each other too deeply, shorten their chain."
    ),
)


def after(limit: int, type_name: str, places: tuple[Location, ...]) -> CompositionError:
    """The error for a search that has followed as many subgraph paths as it may.

    `type_name` is the type that the search had come to, which `places` declare.
    """
    return _error(f'after {limit} subgraph paths, at "{type_name}"', places)


def too_deep() -> CompositionError:
    """The error for keys that need each other in a chain too long to follow."""
    return _error("because keys depend on each other too deeply", ())


def _error(where: str, places: tuple[Location, ...]) -> CompositionError:
    return error(
        RULE, f"The search for queries that cannot be answered was given up {where}.", *places
    )
