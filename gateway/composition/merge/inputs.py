"""Arguments and input fields: what all subgraphs have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gateway.composition.hint_rules import (
    contextual_argument_not_contextual_in_all_subgraphs as hint_rule,
)
from gateway.composition.hint_rules import (
    inconsistent_argument_presence,
    inconsistent_default_value_presence,
    inconsistent_input_object_field,
)
from gateway.composition.merge.context import Merge, Sources, absent, present
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.join import join_input_fields
from gateway.composition.merge.types import merge_input_type
from gateway.composition.rules import (
    contextual_argument_not_contextual_in_all_subgraphs,
    empty_merged_input_type,
    field_argument_default_mismatch,
    input_field_default_mismatch,
    required_argument_missing_in_some_subgraph,
    required_input_field_missing_in_some_subgraph,
)
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import (
    DirectiveDef,
    FieldDef,
    InputDef,
    Location,
    TypeDef,
    Value,
    find,
)


def merge_input_fields(
    merge: Merge, name: str, sources: list[tuple[Subgraph, TypeDef]]
) -> dict[str, InputDef]:
    """The fields of an input type that all subgraphs know."""
    result: dict[str, InputDef] = {}
    for field in dict.fromkeys(field for _, owner in sources for field in owner.inputs):
        found = [(subgraph, owner.inputs.get(field)) for subgraph, owner in sources]
        merged = _merge_input_field(merge, name, field, found)
        if merged is not None:
            result[field] = merged
    if not result:
        empty_merged_input_type.check(merge, name, sources)
    return result


def _merge_input_field(
    merge: Merge, owner: str, name: str, sources: Sources[InputDef]
) -> InputDef | None:
    having = present(sources)
    missing = absent(sources)
    element = f'input field "{owner}.{name}"'
    hidden = any(find(item.directives, "inaccessible") for _, item in having)
    if missing and not hidden:
        owners = {subgraph.name: item.location for subgraph, item in merge.types[owner]}
        places = {subgraph.name: owners[subgraph.name] for subgraph in missing}
        rule = required_input_field_missing_in_some_subgraph
        if not rule.check(merge, element, having, places):
            inconsistent_input_object_field.report(merge, element, having, places)
        return None
    merged_type = merge_input_type(merge, having, element, argument=False)
    merged = _merge_parts(merge, having, element, input_field_default_mismatch.check)
    varying = any(item.type != merged_type for _, item in having)
    joins = join_input_fields(having, typed=varying) if missing or varying else ()
    return InputDef(
        name, merged_type, merged.default, (*joins, *merged.directives), merged.description
    )


def merge_arguments(
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef | DirectiveDef]],
    contextual: frozenset[tuple[str, str]] = frozenset(),
) -> dict[str, InputDef]:
    """The arguments that the field or directive has in all given subgraphs.

    `contextual` names (subgraph, argument) pairs that a context fills there.
    """
    result: dict[str, InputDef] = {}
    for name in dict.fromkeys(name for _, item in sources for name in item.args):
        found = [(subgraph, item.args.get(name)) for subgraph, item in sources]
        places = {s.name: item.location for s, item in sources if name not in item.args}
        merged = _merge_argument(merge, f"{element}({name}:)", name, found, places, contextual)
        if merged is not None:
            result[name] = merged
    return result


def _merge_argument(
    merge: Merge,
    coordinate: str,
    name: str,
    sources: Sources[InputDef],
    places: Mapping[str, Location | None],
    contextual: frozenset[tuple[str, str]],
) -> InputDef | None:
    having = present(sources)
    missing = absent(sources)
    element = f'argument "{coordinate}"'
    if any((subgraph.name, name) in contextual for subgraph, _ in having):
        _drop_contextual(merge, element, name, having, contextual)
        return None
    if missing:
        rule = required_argument_missing_in_some_subgraph
        if not rule.check(merge, element, having, places):
            inconsistent_argument_presence.report(merge, element, having, places)
        return None
    merged_type = merge_input_type(merge, having, element, argument=True)
    merged = _merge_parts(merge, having, element, field_argument_default_mismatch.check)
    return InputDef(name, merged_type, merged.default, merged.directives, merged.description)


def _drop_contextual(
    merge: Merge,
    element: str,
    name: str,
    having: list[tuple[Subgraph, InputDef]],
    contextual: frozenset[tuple[str, str]],
) -> None:
    plain = [(s, item) for s, item in having if (s.name, name) not in contextual]
    rule = contextual_argument_not_contextual_in_all_subgraphs
    if plain and not rule.check(merge, element, having, plain):
        hint_rule.report(merge, element, having, plain)


_DefaultRule = Callable[[Merge, str, list[tuple[Subgraph, InputDef]]], bool]


def _merge_parts(
    merge: Merge, having: list[tuple[Subgraph, InputDef]], element: str, differ: _DefaultRule
) -> InputDef:
    """Default, directives and description; name and type are those of the first."""
    return InputDef(
        having[0][1].name,
        having[0][1].type,
        None if differ(merge, element, having) else _merge_default(merge, having, element),
        merge_applied(merge, having, element),
        merge_description(merge, having, f"The {element}"),
    )


def _merge_default(
    merge: Merge, having: list[tuple[Subgraph, InputDef]], element: str
) -> tuple[Value] | None:
    """The default that the subgraphs with one agree about, if all have one."""
    if all(item.default is None for _, item in having):
        return None
    if all(item.default is not None for _, item in having):
        return having[0][1].default
    inconsistent_default_value_presence.report(merge, element, having)
    return None
