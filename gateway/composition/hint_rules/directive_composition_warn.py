"""DIRECTIVE_COMPOSITION_WARN: a composed directive may not do what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.compose_requests import ComposeRequest
from gateway.composition.subgraph import Subgraph

HINT = HintRule(
    HintCode.DIRECTIVE_COMPOSITION_WARN,
    Level.WARN,
    meaning="A composed directive may not do what was meant.",
    mend="Use the same name for the directive, or compose it there as well.",
)


def check(request: ComposeRequest, subgraphs: Iterable[Subgraph]) -> Iterator[Hint]:
    """Tell of each subgraph in which a composed directive goes by another name."""
    element = f"@{request.element}"
    for subgraph in subgraphs:
        feature = subgraph.features.by_identity.get(request.feature.url.identity)
        name = feature.imports.get(element) if feature is not None else None
        if feature is None or name is None or name == f"@{request.name}":
            continue
        yield hint(
            HINT,
            f'The composed directive @{request.name} is called "{name}" in '
            f'subgraph "{subgraph.name}", where it is not composed.',
            feature.location,
            request.applied.location,
        )
