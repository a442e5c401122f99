"""Fields of objects and interfaces: one merged field, and who resolves it how."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.contexts import split_context_value, supergraph_context
from gateway.composition.merge.context import Merge
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.external import external_declarations
from gateway.composition.merge.inputs import merge_arguments
from gateway.composition.merge.interface_objects import resolved_through_interface_objects
from gateway.composition.merge.join import applied, graph
from gateway.composition.merge.join_directives import carried_in_join
from gateway.composition.merge.override import read_overrides
from gateway.composition.merge.override_uses import Overrides
from gateway.composition.merge.types import merge_output_type
from gateway.composition.rules import (
    external_argument_default_mismatch,
    external_argument_missing,
    external_argument_type_mismatch,
    external_missing_on_base,
    external_type_mismatch,
    invalid_field_sharing,
)
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import (
    Applied,
    FieldDef,
    Kind,
    ObjectLiteral,
    TypeDef,
    TypeRef,
    Value,
    find,
)

_EXTERNAL_RULES = (
    external_type_mismatch.check,
    external_argument_missing.check,
    external_argument_type_mismatch.check,
    external_argument_default_mismatch.check,
)


def merge_fields(
    merge: Merge, name: str, sources: list[tuple[Subgraph, TypeDef]]
) -> dict[str, FieldDef]:
    """Merge the fields of a type that these subgraphs have."""
    result: dict[str, FieldDef] = {}
    owners = {subgraph.name: owner for subgraph, owner in sources}
    having: dict[str, list[tuple[Subgraph, FieldDef]]] = {}
    for subgraph, owner in sources:
        for item in owner.fields.values():
            having.setdefault(item.name, []).append((subgraph, item))
    for field, found in having.items():
        merged = _merge_field(merge, (name, field), found, owners)
        if merged is not None:
            result[field] = merged
    return result


def _merge_field(
    merge: Merge,
    coordinate: tuple[str, str],
    having: list[tuple[Subgraph, FieldDef]],
    owners: dict[str, TypeDef],
) -> FieldDef | None:
    element = f'field "{coordinate[0]}.{coordinate[1]}"'
    is_interface = all(owner.kind is Kind.INTERFACE for owner in owners.values())
    resolving = [
        (subgraph, item)
        for subgraph, item in having
        if merge.ownership[subgraph.name].resolves(coordinate)
    ]
    borrowed = len(resolving) < len(having)
    if not resolving:
        through = resolved_through_interface_objects(merge, coordinate)
        resolving = [(subgraph, item) for subgraph, _, item in through]
    if not resolving:
        external_missing_on_base.report(merge, coordinate, having)
        return None
    overrides = read_overrides(merge, coordinate, having, owners)
    if not is_interface:
        invalid_field_sharing.check(merge, coordinate, having, overrides)
    merged_type = merge_output_type(merge, resolving, element)
    args = merge_arguments(
        merge,
        ".".join(coordinate),
        resolving,
        contextual_arguments(resolving),
    )
    merged = FieldDef(
        coordinate[1],
        merged_type,
        args,
        merge_applied(merge, resolving, element),
        merge_description(merge, resolving, f"The {element}"),
    )
    if borrowed:
        for declaration in external_declarations(merge, coordinate, merged, having):
            for rule in _EXTERNAL_RULES:
                rule(merge, declaration)
    everywhere = len(having) == len(owners)
    joins = _join_fields(merge, coordinate, having, merged_type, overrides, everywhere=everywhere)
    joins += carried_in_join((subgraph, item.directives) for subgraph, item in having)
    return FieldDef(
        merged.name, merged_type, args, (*joins, *merged.directives), merged.description
    )


def contextual_arguments(
    sources: Iterable[tuple[Subgraph, FieldDef]],
) -> frozenset[tuple[str, str]]:
    """(subgraph, argument) for arguments that a context fills."""
    return frozenset(
        (subgraph.name, arg.name)
        for subgraph, item in sources
        for arg in item.args.values()
        if arg.directives and find(arg.directives, "fromContext")
    )


def _join_fields(
    merge: Merge,
    coordinate: tuple[str, str],
    having: list[tuple[Subgraph, FieldDef]],
    merged_type: TypeRef,
    overrides: Overrides,
    *,
    everywhere: bool,
) -> tuple[Applied, ...]:
    typed = any(item.type != merged_type for _, item in having)
    plain = (
        everywhere
        and not typed
        and not overrides.unused
        and not overrides.used
        and not any(_special(merge, coordinate, s, item, overrides) for s, item in having)
    )
    if plain:
        return ()
    return tuple(
        _join_field(merge, coordinate, subgraph, item, overrides, typed=typed)
        for subgraph, item in having
        if not overrides.left_out(subgraph)
    )


def _special(
    merge: Merge,
    coordinate: tuple[str, str],
    subgraph: Subgraph,
    item: FieldDef,
    overrides: Overrides,
) -> bool:
    if coordinate in merge.ownership[subgraph.name].external:
        return True
    idle = overrides.unknown_source | overrides.idle
    if subgraph.name not in idle and find(item.directives, "override"):
        return True
    return any(d.spec in ("requires", "provides") for d in item.directives) or any(
        find(arg.directives, "fromContext") for arg in item.args.values()
    )


def _join_field(
    merge: Merge,
    coordinate: tuple[str, str],
    subgraph: Subgraph,
    item: FieldDef,
    overrides: Overrides,
    *,
    typed: bool,
) -> Applied:
    def argument(directive: str, name: str) -> Value:
        found = find(item.directives, directive)
        return None if found is None else found.args.get(name)

    external = coordinate in merge.ownership[subgraph.name].external
    return applied(
        "join__field",
        graph=graph(subgraph),
        requires=argument("requires", "fields"),
        provides=argument("provides", "fields"),
        type=str(item.type) if typed else None,
        external=True if external else None,
        override=argument("override", "from"),
        usedOverridden=True if subgraph.name in overrides.used else None,
        overrideLabel=overrides.labels.get(subgraph.name),
        contextArguments=_context_arguments(subgraph, item),
    )


def _context_arguments(subgraph: Subgraph, item: FieldDef) -> Value:
    found: list[Value] = []
    for arg in item.args.values():
        from_context = find(arg.directives, "fromContext")
        text = from_context.args.get("field") if from_context else None
        if not isinstance(text, str):
            continue
        name, selection = split_context_value(text)
        found.append(
            ObjectLiteral(
                (
                    ("context", supergraph_context(subgraph.name, name or "")),
                    ("name", arg.name),
                    ("type", str(arg.type)),
                    ("selection", selection),
                )
            )
        )
    return tuple(found) or None
