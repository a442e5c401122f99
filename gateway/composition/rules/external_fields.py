"""EXTERNAL_TYPE_MISMATCH and the EXTERNAL_ARGUMENT codes: a borrowed field as its owner has it."""

from __future__ import annotations

from collections.abc import Hashable

from gateway.composition.codes import Code
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.composition.values import meaning
from gateway.supergraph.definitions import FieldDef, Value
from gateway.supergraph.write import write_value


def check_external(
    merge: Merge, coordinate: Coordinate, merged: FieldDef, having: list[tuple[Subgraph, FieldDef]]
) -> None:
    """Compare the external declarations of a field with the merged field."""
    for subgraph, item in having:
        if merge.ownership[subgraph.name].resolves(coordinate):
            continue
        where = (
            f'The external field "{coordinate[0]}.{coordinate[1]}" of subgraph "{subgraph.name}"'
        )
        # The reference accepts no covariance here, although it would do no harm.
        if item.type != merged.type:
            message = f'{where} has type "{item.type}", but it is resolved as "{merged.type}".'
            merge.report.error(Code.EXTERNAL_TYPE_MISMATCH, message, item.location)
        if merged.args or item.args:
            _check_arguments(merge, where, merged, item)


def _check_arguments(merge: Merge, where: str, merged: FieldDef, item: FieldDef) -> None:
    for name, argument in merged.args.items():
        declared = item.args.get(name)
        if declared is None:
            message = f'{where} lacks the argument "{name}".'
            merge.report.error(Code.EXTERNAL_ARGUMENT_MISSING, message, item.location)
            continue
        if declared.type != argument.type and not merge.hierarchy.is_subtype(
            argument.type, declared.type
        ):
            merge.report.error(
                Code.EXTERNAL_ARGUMENT_TYPE_MISMATCH,
                f'{where} gives its argument "{name}" the type "{declared.type}"; it is '
                f'"{argument.type}" where the field is resolved.',
                declared.location,
            )
        if _meaning(declared.default) != _meaning(argument.default):
            given, wanted = _text(declared.default), _text(argument.default)
            merge.report.error(
                Code.EXTERNAL_ARGUMENT_DEFAULT_MISMATCH,
                f'{where} gives its argument "{name}" the default {given}; it is {wanted} where '
                "the field is resolved.",
                declared.location,
            )


def _meaning(default: tuple[Value] | None) -> Hashable:
    return None if default is None else meaning(default[0])


def _text(default: tuple[Value] | None) -> str:
    return "none" if default is None else write_value(default[0])
