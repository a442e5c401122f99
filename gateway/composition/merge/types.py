"""Types of fields and arguments: the widest that all outputs fit in, the narrowest input."""

from __future__ import annotations

from collections.abc import Callable

from gateway.composition.hint_rules import (
    inconsistent_but_compatible_argument_type,
    inconsistent_but_compatible_field_type,
)
from gateway.composition.merge.context import Merge
from gateway.composition.rules import field_argument_type_mismatch, field_type_mismatch
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import FieldDef, InputDef, TypeRef

_Sources = list[tuple[Subgraph, FieldDef]] | list[tuple[Subgraph, InputDef]]
_Report = Callable[[Merge, str, _Sources], None]


def merge_output_type(
    merge: Merge, sources: list[tuple[Subgraph, FieldDef]], element: str
) -> TypeRef:
    """The least type of which all the given ones are subtypes; an error if there is none."""
    below = merge.hierarchy.is_subtype
    return _merge(
        merge,
        sources,
        element,
        lambda one, other: below(other, one),
        field_type_mismatch.report,
        inconsistent_but_compatible_field_type.report,
    )


def merge_input_type(
    merge: Merge, sources: list[tuple[Subgraph, InputDef]], element: str, *, argument: bool
) -> TypeRef:
    """The type among the given ones that is a subtype of all others; an error if none is."""
    return _merge(
        merge,
        sources,
        element,
        merge.hierarchy.is_subtype,
        field_argument_type_mismatch.report if argument else field_type_mismatch.report,
        inconsistent_but_compatible_argument_type.report
        if argument
        else inconsistent_but_compatible_field_type.report,
    )


def _merge(
    merge: Merge,
    sources: _Sources,
    element: str,
    serves: Callable[[TypeRef, TypeRef], bool],
    report: _Report,
    compatible: Callable[[Merge, str, _Sources, TypeRef], None],
) -> TypeRef:
    """Pick the type that serves for all others."""
    types = [(subgraph, item.type) for subgraph, item in sources]
    first = types[0][1]
    variants = list(dict.fromkeys(ref for _, ref in types))
    if len(variants) == 1:
        return first
    best = next((one for one in variants if all(serves(one, other) for other in variants)), None)
    if best is None:
        report(merge, element, sources)
        return first
    compatible(merge, element, sources, best)
    return best
