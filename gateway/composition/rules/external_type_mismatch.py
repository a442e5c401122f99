"""EXTERNAL_TYPE_MISMATCH: what is borrowed is as its owner has it."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.external import ExternalDeclaration

RULE = Rule(
    Code.EXTERNAL_TYPE_MISMATCH,
    meaning="An `@external` field has another type than where it is resolved.",
    why=(
        "The subgraph is handed the value of the other one, so both have to know it by "
        "the same type."
    ),
    mend="Declare the field with the type that the resolving subgraph gives it.",
    standing=Standing.UNLESS_DECLARED,
)


def check(merge: Merge, external: ExternalDeclaration) -> None:
    """Report a type that is not the merged one."""
    # The reference accepts no covariance here, although it would do no harm.
    if external.declared.type != external.merged.type:
        merge.report.error(
            RULE,
            f'{external.where} has type "{external.declared.type}", but it is resolved as '
            f'"{external.merged.type}".',
            external.declared.location,
            *external.sources,
        )
