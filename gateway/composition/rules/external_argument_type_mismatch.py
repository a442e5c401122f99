"""EXTERNAL_ARGUMENT_TYPE_MISMATCH: what is borrowed is as its owner has it."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.external import ExternalDeclaration

RULE = Rule(
    Code.EXTERNAL_ARGUMENT_TYPE_MISMATCH,
    meaning="An argument of an `@external` field has another type than where it is resolved.",
    why="The declaration stands for the field of another subgraph, which takes that argument.",
    mend="Declare the argument with the same type.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, external: ExternalDeclaration) -> None:
    """Report each argument whose type does not admit what the field takes."""
    for declared, merged in external.arguments():
        if declared.type != merged.type and not merge.hierarchy.is_subtype(
            merged.type, declared.type
        ):
            merge.report.error(
                RULE,
                f'{external.where} gives its argument "{merged.name}" the type '
                f'"{declared.type}"; it is "{merged.type}" where the field is resolved.',
                declared.location,
                *external.sources_of(merged.name),
            )
