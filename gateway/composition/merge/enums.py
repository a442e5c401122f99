"""Enums: merged last, because their rule depends on how the merged schema uses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.composition.hint_rules import (
    inconsistent_enum_value_for_input_enum,
    inconsistent_enum_value_for_output_enum,
    unused_enum_type,
)
from gateway.composition.merge.context import Merge, Sources, absent, present
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.join import join_enum_value
from gateway.composition.rules import empty_merged_enum_type, enum_value_mismatch
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import (
    DirectiveDef,
    EnumValueDef,
    Kind,
    TypeDef,
    find,
    named_type,
)


@dataclass(frozen=True, slots=True)
class EnumUse:
    """Names of the types used as input and as output in the merged schema."""

    inputs: frozenset[str]
    outputs: frozenset[str]


def enum_use(merge: Merge, types: Iterable[TypeDef], directives: Iterable[DirectiveDef]) -> EnumUse:
    """See how merged fields and arguments use types.

    Input fields count even where merging dropped them: the subgraphs that have them still take
    such values from others.
    """
    inputs: set[str] = set()
    outputs: set[str] = set()
    for definition in types:
        if definition.kind is Kind.INPUT:
            for _, declared in merge.types[definition.name]:
                inputs.update(named_type(item.type) for item in declared.inputs.values())
        for field in definition.fields.values():
            outputs.add(named_type(field.type))
            for arg in field.args.values():
                inputs.add(named_type(arg.type))
    inputs.update(named_type(arg.type) for item in directives for arg in item.args.values())
    return EnumUse(frozenset(inputs), frozenset(outputs))


def merge_enum_values(
    merge: Merge, name: str, sources: list[tuple[Subgraph, TypeDef]], use: EnumUse
) -> dict[str, EnumValueDef]:
    """The values of an enum: all of them for outputs, the common ones for inputs."""
    as_input, as_output = name in use.inputs, name in use.outputs
    if not as_input and not as_output:
        unused_enum_type.report(merge, name, sources)
    result: dict[str, EnumValueDef] = {}
    for value in dict.fromkeys(value for _, owner in sources for value in owner.values):
        found = [(subgraph, owner.values.get(value)) for subgraph, owner in sources]
        if absent(found) and not _admit(merge, name, value, found, as_input, as_output):
            continue
        having = present(found)
        element = f'enum value "{name}.{value}"'
        joins = tuple(join_enum_value(subgraph) for subgraph, _ in having)
        result[value] = EnumValueDef(
            value,
            (*joins, *merge_applied(merge, having, element)),
            merge_description(merge, having, f"The {element}"),
        )
    if not result:
        empty_merged_enum_type.report(merge, name, sources)
    return result


def _admit(
    merge: Merge,
    name: str,
    value: str,
    found: Sources[EnumValueDef],
    as_input: bool,
    as_output: bool,
) -> bool:
    """Whether a value that some subgraphs lack stays."""
    having = present(found)
    hidden = any(find(item.directives, "inaccessible") for _, item in having)
    if as_input and as_output:
        if not hidden:
            enum_value_mismatch.report(merge, name, value, found)
        return True
    if as_input:
        if hidden:
            return True
        inconsistent_enum_value_for_input_enum.report(merge, name, value, found)
        return False
    inconsistent_enum_value_for_output_enum.report(merge, name, value, found)
    return True
