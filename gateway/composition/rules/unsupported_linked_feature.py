"""UNSUPPORTED_LINKED_FEATURE: options of a link that its own specification does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.specs import CORE, Version
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.UNSUPPORTED_LINKED_FEATURE,
    meaning="A link uses an option that its specification does not have.",
    why="An option that is read by nobody would be lost without a word.",
    mend="Link by https://specs.apollo.dev/link/v1.0, or leave the option out.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every purpose (`for:`) in a schema that is linked by core v0.1, which knows none."""
    core = subgraph.features.by_identity.get(CORE.identity)
    if core is None or core.url.version >= Version(0, 2):
        return
    for feature in subgraph.features.by_identity.values():
        if feature.purpose is not None:
            yield error(
                RULE,
                f'Subgraph "{subgraph.name}" links {feature.url} with the purpose '
                f'{feature.purpose}, but core v0.1 has no argument "for".',
                feature.location,
                core.location,
            )
