"""INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE.

A composed directive is repeatable in some subgraphs only.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.compose_requests import ComposeRequest

HINT = HintRule(
    HintCode.INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE,
    Level.DEBUG,
    meaning="A composed directive is repeatable in some subgraphs only.",
    mend="Define the directive alike in all subgraphs that compose it.",
)


def check(name: str, requests: Sequence[ComposeRequest], chosen: ComposeRequest) -> Hint | None:
    """Tell whose definition of a composed directive holds where they differ."""
    definitions = [request.subgraph.schema.directives[name] for request in requests]
    if len({definition.repeatable for definition in definitions}) == 1:
        return None
    return hint(
        HINT,
        f"The composed directive @{name} is repeatable in some subgraphs only; the supergraph "
        f'has the definition of "{chosen.subgraph.name}".',
        *(definition.location for definition in definitions),
    )
