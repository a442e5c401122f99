"""UNPLANNABLE_INTERFACE_SELECTION.

Some selections on an interface pass composition, but cannot be planned.
"""

from __future__ import annotations

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.subgraph import Coordinate
from gateway.supergraph.definitions import Location

HINT = HintRule(
    HintCode.UNPLANNABLE_INTERFACE_SELECTION,
    Level.WARN,
    meaning="Some selections on an interface pass composition, but cannot be planned.",
    mend="Let an object type implement the interface.",
)


def give(coordinate: Coordinate, interface: str, places: tuple[Location, ...]) -> Hint:
    """Tell of a field that returns an interface without any object type."""
    return hint(
        HINT,
        f'"{coordinate[0]}.{coordinate[1]}" returns the interface "{interface}", which no object '
        "type implements, so whatever is selected on it cannot be planned.",
        *places,
    )
