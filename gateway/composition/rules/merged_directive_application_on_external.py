"""MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL: what is borrowed is described by its owner."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.merge.directives import BUILT_IN
from gateway.composition.ownership import Ownership
from gateway.composition.specs import MERGED
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL,
    meaning="A directive that is merged into the supergraph is applied to an `@external` field.",
    why=(
        "Only who resolves a field decides how it is marked in the supergraph; the mark "
        "would be lost."
    ),
    mend="Apply the directive where the field is resolved.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every merged directive on an external field."""
    for owner, name in sorted(facts.external):
        field = subgraph.field((owner, name))
        for applied in field.directives if field is not None else ():
            if applied.spec in MERGED or (applied.spec is None and applied.name in BUILT_IN):
                yield error(
                    RULE,
                    f'@{applied.name} cannot be applied to the external field "{owner}.{name}" of '
                    f'subgraph "{subgraph.name}".',
                    applied.location,
                )
