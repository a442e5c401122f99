"""INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN.

A shared field can return other object types in other subgraphs.
"""

from __future__ import annotations

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.supergraph.definitions import Location

HINT = HintRule(
    HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN,
    Level.WARN,
    meaning="A shared field can return other object types in other subgraphs.",
    mend="Make sure that all subgraphs resolve the field to the same object.",
)


def give(difference: str, places: tuple[Location, ...]) -> Hint:
    """Tell of a shared field whose possible object types differ; `difference` says how."""
    message = f"{difference}; all subgraphs have to resolve the field to the same object."
    return hint(HINT, message, *places)
