"""Arguments and input fields: what all subgraphs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from gateway.composition.codes import Code
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Merge, Sources, absent, grouped, listed, present
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.join import join_input_fields
from gateway.composition.merge.types import merge_input_type
from gateway.composition.subgraph import Subgraph
from gateway.composition.values import meaning
from gateway.supergraph.definitions import InputDef, TypeDef, Value, find
from gateway.supergraph.write import write_value

T = TypeVar("T")


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
    if not result and any(owner.inputs for _, owner in sources):
        merge.report.error(
            Code.EMPTY_MERGED_INPUT_TYPE,
            f'No field of input type "{name}" is known to all of '
            f"{in_subgraphs(subgraph.name for subgraph, _ in sources)}, so none is left.",
            *(owner.location for _, owner in sources),
        )
    return result


def _merge_input_field(
    merge: Merge, owner: str, name: str, sources: Sources[InputDef]
) -> InputDef | None:
    having = present(sources)
    missing = absent(sources)
    element = f'input field "{owner}.{name}"'
    hidden = any(find(item.directives, "inaccessible") for _, item in having)
    if missing and not hidden:
        places = [item.location for _, item in having]
        missing_in = in_subgraphs(subgraph.name for subgraph in missing)
        required = [subgraph.name for subgraph, item in having if item.required]
        if required:
            merge.report.error(
                Code.REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH,
                f"The {element} is required in {in_subgraphs(required)} but unknown to "
                f"{missing_in}.",
                *places,
            )
        else:
            merge.report.hint(
                HintCode.INCONSISTENT_INPUT_OBJECT_FIELD,
                f"The {element} is left out of the supergraph, as it is unknown to {missing_in}.",
                *places,
            )
        return None
    merged_type = merge_input_type(merge, having, element, argument=False)
    merged = _merge_parts(merge, having, element, Code.INPUT_FIELD_DEFAULT_MISMATCH)
    varying = any(item.type != merged_type for _, item in having)
    joins = join_input_fields(having, typed=varying) if missing or varying else ()
    return InputDef(
        name, merged_type, merged.default, (*joins, *merged.directives), merged.description
    )


def merge_arguments(
    merge: Merge,
    element: str,
    sources: list[tuple[Subgraph, Mapping[str, InputDef]]],
    contextual: frozenset[tuple[str, str]] = frozenset(),
) -> dict[str, InputDef]:
    """The arguments that all given subgraphs know.

    `contextual` names (subgraph, argument) pairs that a context fills there.
    """
    result: dict[str, InputDef] = {}
    for name in dict.fromkeys(name for _, args in sources for name in args):
        found = [(subgraph, args.get(name)) for subgraph, args in sources]
        merged = _merge_argument(merge, f"{element}({name}:)", name, found, contextual)
        if merged is not None:
            result[name] = merged
    return result


def _merge_argument(
    merge: Merge,
    coordinate: str,
    name: str,
    sources: Sources[InputDef],
    contextual: frozenset[tuple[str, str]],
) -> InputDef | None:
    having = present(sources)
    missing = absent(sources)
    element = f'argument "{coordinate}"'
    if any((subgraph.name, name) in contextual for subgraph, _ in having):
        _check_contextual(merge, element, name, having, contextual)
        return None
    if missing:
        places = [item.location for _, item in having]
        missing_in = in_subgraphs(subgraph.name for subgraph in missing)
        required = [subgraph.name for subgraph, item in having if item.required]
        if required:
            merge.report.error(
                Code.REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH,
                f"The {element} is required in {in_subgraphs(required)} but unknown to "
                f"{missing_in}.",
                *places,
            )
        else:
            merge.report.hint(
                HintCode.INCONSISTENT_ARGUMENT_PRESENCE,
                f"The {element} is left out of the supergraph, as it is unknown to {missing_in}.",
                *places,
            )
        return None
    merged_type = merge_input_type(merge, having, element, argument=True)
    merged = _merge_parts(merge, having, element, Code.FIELD_ARGUMENT_DEFAULT_MISMATCH)
    return InputDef(name, merged_type, merged.default, merged.directives, merged.description)


def _check_contextual(
    merge: Merge,
    element: str,
    name: str,
    having: list[tuple[Subgraph, InputDef]],
    contextual: frozenset[tuple[str, str]],
) -> None:
    plain = [(s, item) for s, item in having if (s.name, name) not in contextual]
    required = [(subgraph, item) for subgraph, item in plain if item.required]
    if required:
        merge.report.error(
            Code.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
            f"The {element} comes from a context in some subgraphs, but is required in "
            f"{in_subgraphs(subgraph.name for subgraph, _ in required)}.",
            *(item.location for _, item in having),
        )
    elif plain:
        merge.report.hint(
            HintCode.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
            f"The {element} comes from a context in some subgraphs, and is ignored in "
            f"{in_subgraphs(subgraph.name for subgraph, _ in plain)}.",
            *(item.location for _, item in having),
        )


def _merge_parts(
    merge: Merge, having: list[tuple[Subgraph, InputDef]], element: str, code: Code
) -> InputDef:
    """Default, directives and description; name and type are those of the first."""
    return InputDef(
        having[0][1].name,
        having[0][1].type,
        _merge_default(merge, having, element, code),
        merge_applied(merge, having, element),
        merge_description(merge, having, f"The {element}"),
    )


def _merge_default(
    merge: Merge, having: list[tuple[Subgraph, InputDef]], element: str, code: Code
) -> tuple[Value] | None:
    texts = [
        (subgraph, "none" if item.default is None else write_value(item.default[0]))
        for subgraph, item in having
    ]
    variants = {meaning(item.default[0]) for _, item in having if item.default is not None}
    places = [item.location for _, item in having]
    if len(variants) > 1:
        given = [pair for pair in texts if pair[1] != "none"]
        message = f"The defaults of {element} differ: {listed(grouped(given))}."
        merge.report.error(code, message, *places)
        return None
    if not variants:
        return None
    if all(item.default is not None for _, item in having):
        return having[0][1].default
    merge.report.hint(
        HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE,
        f"The default of {element} is dropped, as only some subgraphs have it: "
        f"{listed(grouped(texts))}.",
        *places,
    )
    return None
