"""LABELLED_OVERRIDE_IN_FIELD_SET.

A key or a requirement depends on a field that an override label moves between subgraphs.
"""

from __future__ import annotations

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.subgraph import Coordinate
from gateway.supergraph.definitions import Location

HINT = HintRule(
    HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
    Level.WARN,
    meaning="A key or a requirement depends on a field that an override label moves.",
    mend=(
        "Nothing has to be done for this gateway. If @apollo/composition is to accept the "
        "subgraphs as well, end the migration by removing the label."
    ),
)


def give(coordinate: Coordinate, places: tuple[Location, ...]) -> Hint:
    """Tell of a field whose move makes @apollo/composition refuse the subgraphs."""
    owner, name = coordinate
    return hint(
        HINT,
        f'A @key or @requires depends on "{owner}.{name}", which an override label moves between '
        "subgraphs. It can be had in either state of the label, so the subgraphs compose here; "
        "@apollo/composition takes the field for absent meanwhile, and refuses them with "
        "SATISFIABILITY_ERROR.",
        *places,
    )
