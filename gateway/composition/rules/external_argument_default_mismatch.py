"""EXTERNAL_ARGUMENT_DEFAULT_MISMATCH: what is borrowed is as its owner has it."""

from __future__ import annotations

from collections.abc import Hashable

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.external import ExternalDeclaration
from gateway.composition.values import meaning
from gateway.supergraph.definitions import Value
from gateway.supergraph.write import write_value

RULE = Rule(
    Code.EXTERNAL_ARGUMENT_DEFAULT_MISMATCH,
    meaning="An argument of an `@external` field has another default than where it is resolved.",
    why="The declaration stands for the field of another subgraph, which fills in its own default.",
    mend="Declare the argument with the same default.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, external: ExternalDeclaration) -> None:
    """Report each argument whose default means another value, or is there on one side only."""
    for declared, merged in external.arguments():
        if _meaning(declared.default) != _meaning(merged.default):
            merge.report.error(
                RULE,
                f'{external.where} gives its argument "{merged.name}" the default '
                f"{_text(declared.default)}; it is {_text(merged.default)} where the field is "
                "resolved.",
                declared.location,
                *external.sources_of(merged.name),
            )


def _meaning(default: tuple[Value] | None) -> Hashable:
    return None if default is None else meaning(default[0])


def _text(default: tuple[Value] | None) -> str:
    return "none" if default is None else write_value(default[0])
