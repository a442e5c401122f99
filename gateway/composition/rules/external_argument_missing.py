"""EXTERNAL_ARGUMENT_MISSING: what is borrowed is as its owner has it."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.external import ExternalDeclaration

RULE = Rule(
    Code.EXTERNAL_ARGUMENT_MISSING,
    meaning="An `@external` field lacks an argument that it has where it is resolved.",
    why=(
        "The declaration stands for the field of another subgraph, which is called with "
        "that argument."
    ),
    mend="Declare the argument.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, external: ExternalDeclaration) -> None:
    """Report each argument that only those who resolve the field have."""
    for name in external.merged.args:
        if name not in external.declared.args:
            merge.report.error(
                RULE,
                f'{external.where} lacks the argument "{name}".',
                external.declared.location,
                *external.sources_of(name),
            )
