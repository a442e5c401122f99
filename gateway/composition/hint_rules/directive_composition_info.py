"""DIRECTIVE_COMPOSITION_INFO: a directive composes less than it could."""

from __future__ import annotations

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied

HINT = HintRule(
    HintCode.DIRECTIVE_COMPOSITION_INFO,
    Level.INFO,
    meaning="A directive composes less than it could.",
    mend="Remove the `@composeDirective`.",
)


def give(subgraph: Subgraph, name: str, applied: Applied) -> Hint:
    """Tell that a directive of a known specification is carried anyway."""
    message = f'{name} need not be composed by subgraph "{subgraph.name}": it always is.'
    return hint(HINT, message, applied.location)
