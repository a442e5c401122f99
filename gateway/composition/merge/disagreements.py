"""What the rules about subgraphs that disagree over an element have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.composition.codes import Rule
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintRule
from gateway.composition.merge.context import Merge, grouped, listed
from gateway.composition.subgraph import Subgraph
from gateway.composition.values import meaning
from gateway.supergraph.definitions import FieldDef, InputDef, Location, TypeDef, TypeRef
from gateway.supergraph.write import write_value


def required_but_missing(
    rule: Rule,
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    missing: Mapping[str, Location | None],
) -> bool:
    """Report an input that some subgraph demands and others lack; return whether it is so.

    `missing` names the subgraphs that lack it, with the place where it would have to be.
    """
    required = [subgraph.name for subgraph, item in having if item.required]
    if not required:
        return False
    merge.report.error(
        rule,
        f"The {element} is required in {in_subgraphs(required)} but unknown to "
        f"{in_subgraphs(missing)}.",
        *(item.location for _, item in having),
        *missing.values(),
    )
    return True


def types_do_not_fit(
    rule: Rule,
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef]] | Sequence[tuple[Subgraph, InputDef]],
) -> None:
    """Report types of which none holds for all subgraphs."""
    types = listed(grouped((subgraph, item.type) for subgraph, item in sources))
    message = f"The types of {element} do not fit together: {types}."
    merge.report.error(rule, message, *(item.location for _, item in sources))


def defaults_differ(
    rule: Rule, merge: Merge, element: str, having: Sequence[tuple[Subgraph, InputDef]]
) -> bool:
    """Report defaults with different meanings; return whether there are such."""
    given = [(s, item.default[0]) for s, item in having if item.default is not None]
    if len({meaning(value) for _, value in given}) < 2:
        return False
    texts = listed(grouped((subgraph, write_value(value)) for subgraph, value in given))
    message = f"The defaults of {element} differ: {texts}."
    merge.report.error(rule, message, *(item.location for _, item in having))
    return True


def left_out(
    rule: HintRule,
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    missing: Mapping[str, Location | None],
) -> None:
    """Tell that an optional input is left out, as the subgraphs of `missing` lack it."""
    merge.report.hint(
        rule,
        f"The {element} is left out of the supergraph, as it is unknown to "
        f"{in_subgraphs(missing)}.",
        *(item.location for _, item in having),
        *missing.values(),
    )


def types_fit(
    rule: HintRule,
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef]] | Sequence[tuple[Subgraph, InputDef]],
    chosen: TypeRef,
) -> None:
    """Tell which of several types the supergraph has."""
    types = listed(grouped((subgraph, item.type) for subgraph, item in sources))
    message = f'The {element} has different types: {types}; the supergraph has "{chosen}".'
    merge.report.hint(rule, message, *(item.location for _, item in sources))


def value_type_field_missing(
    rule: HintRule, merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]
) -> None:
    """Tell of each field that some subgraphs of a type without keys lack."""
    for field in dict.fromkeys(field for _, owner in sources for field in owner.fields):
        missing = [subgraph.name for subgraph, owner in sources if field not in owner.fields]
        if missing:
            merge.report.hint(
                rule,
                f'The field "{name}.{field}" is missing in {in_subgraphs(missing)}.',
                *(owner.fields[field].location for _, owner in sources if field in owner.fields),
                *(owner.location for _, owner in sources if field not in owner.fields),
            )
