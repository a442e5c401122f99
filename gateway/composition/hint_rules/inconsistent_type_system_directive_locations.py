"""INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS.

A composed directive is defined for different locations.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.compose_requests import ComposeRequest

HINT = HintRule(
    HintCode.INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS,
    Level.DEBUG,
    meaning="A composed directive is defined for different locations.",
    mend="Define the directive alike in all subgraphs that compose it.",
)


def check(name: str, requests: Sequence[ComposeRequest], chosen: ComposeRequest) -> Hint | None:
    """Tell whose definition of a composed directive holds where they differ."""
    definitions = [request.subgraph.schema.directives[name] for request in requests]
    if len({frozenset(definition.places) for definition in definitions}) == 1:
        return None
    return hint(
        HINT,
        f"The composed directive @{name} is defined for different locations; the supergraph "
        f'has the definition of "{chosen.subgraph.name}".',
        *(definition.location for definition in definitions),
    )
