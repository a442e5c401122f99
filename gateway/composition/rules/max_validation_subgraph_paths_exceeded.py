"""MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED: the search for unanswerable queries ends."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError

RULE = Rule(
    Code.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED,
    meaning="The search for unanswerable queries was given up at its limit.",
    why="The search is bounded, so that composing ends whatever the schemas are.",
    mend="Raise the limit, or make it simpler to reach the types named.",
)


def after(limit: int) -> CompositionError:
    """The error for a search that has visited as many subgraph paths as it may."""
    return _error(f"at {limit} subgraph paths")


def too_deep() -> CompositionError:
    """The error for keys that need each other in a chain too long to follow."""
    return _error("because keys depend on each other too deeply")


def _error(where: str) -> CompositionError:
    message = f"The search for queries that cannot be answered was given up {where}."
    return CompositionError(RULE, message)
