"""The order of merging: what depends on what, on one page."""

from __future__ import annotations

from gateway.composition.contract import Contract, apply_contract
from gateway.composition.hint_rules import contract_tag_unknown
from gateway.composition.merge.auth import spread_requirements
from gateway.composition.merge.context import Merge
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directive_definitions import merge_directive_definitions
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.enums import enum_use
from gateway.composition.merge.interface_objects import add_interface_object_fields
from gateway.composition.merge.join_directives import carried_in_join, carried_links
from gateway.composition.merge.named_types import merge_enum, merge_type, merged_kind
from gateway.composition.merge.supergraph import build_frame
from gateway.composition.rules import (
    contract_empty,
    extension_with_no_base,
    interface_field_no_implem,
    interface_key_missing_implementation_type,
    interface_object_usage_error,
    invalid_graphql,
    missing_transitive_auth_requirements,
    no_queries,
)
from gateway.composition.specs import MERGED
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import ROOT_NAMES, Applied, Kind, SchemaDef, TypeDef

_ROOT_TYPES = frozenset(ROOT_NAMES.values())


def merge_schema(merge: Merge, contract: Contract) -> SchemaDef:
    """Merge everything; what is wrong is in the report, and the schema is then incomplete."""
    kinds = {name: merged_kind(merge, name) for name in sorted(merge.types)}
    types: dict[str, TypeDef] = {}
    for name, kind in kinds.items():
        if kind is not None and kind is not Kind.ENUM:
            types[name] = merge_type(merge, name, kind)
    for subgraph in merge.subgraphs:
        merge.report.errors += extension_with_no_base.check(subgraph, merge.subgraphs)
    interface_object_usage_error.check_merged(merge)
    add_interface_object_fields(merge, types)
    spread_requirements(merge, types)
    missing_transitive_auth_requirements.check(merge, types)
    interface_field_no_implem.check(merge, types)
    invalid_graphql.check_merged(merge, types)
    interface_key_missing_implementation_type.check(merge)
    directives = merge_directive_definitions(merge)
    use = enum_use(merge, types.values(), directives.values())
    for name, kind in kinds.items():
        if kind is Kind.ENUM:
            types[name] = merge_enum(merge, name, use)
    _check_roots(merge, types)
    if contract:
        types = _restricted(merge, types, contract)
    schema_elements = [(subgraph, _SchemaElement(subgraph)) for subgraph in merge.subgraphs]
    schema_directives = merge_applied(merge, schema_elements, "the schema")
    used = _used_directives(merge, types)
    frame = build_frame(merge, used | {i.spec for i in schema_directives if i.spec})
    return SchemaDef(
        {**types, **frame.types},
        {**directives, **frame.directives},
        {op: name for op, name in ROOT_NAMES.items() if name in types},
        (*frame.links, *schema_directives, *_carried(merge)),
        merge_description(merge, schema_elements, "The schema"),
    )


def _restricted(merge: Merge, types: dict[str, TypeDef], contract: Contract) -> dict[str, TypeDef]:
    result = apply_contract(types, contract, merge.carried.name("inaccessible"))
    contract_empty.check(merge, result, contract)
    contract_tag_unknown.check(merge, types, contract)
    return result


def _carried(merge: Merge) -> tuple[Applied, ...]:
    applied = ((subgraph, subgraph.schema.applied) for subgraph in merge.subgraphs)
    return (*carried_links(merge.subgraphs), *carried_in_join(applied))


class _SchemaElement:
    """The schema itself, seen as an element that has a description and carries directives."""

    def __init__(self, subgraph: Subgraph) -> None:
        self.description = subgraph.schema.description
        self.location = subgraph.schema.location
        self.directives = subgraph.schema.applied


def _check_roots(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Drop root types without fields; a supergraph has to have a query."""
    for name in sorted(_ROOT_TYPES.intersection(types)):
        if types[name].kind is Kind.OBJECT and not types[name].fields:
            del types[name]
    no_queries.check(merge)


def _used_directives(merge: Merge, types: dict[str, TypeDef]) -> set[str]:
    """The names that specifications give to the directives in use, also on what is dropped."""
    used = {name for definition in types.values() for name in _applied_specs(definition)}
    for declared in merge.types.values():
        for _, definition in declared:
            used |= _applied_specs(definition).intersection(MERGED)
    for subgraph in merge.subgraphs:
        for directive in subgraph.schema.directives.values():
            for argument in directive.args.values():
                used |= {each.spec for each in argument.directives if each.spec in MERGED}
    return used


def _applied_specs(definition: TypeDef) -> set[str]:
    groups = [definition.directives]
    groups += [field.directives for field in definition.fields.values()]
    groups += [a.directives for f in definition.fields.values() for a in f.args.values()]
    groups += [item.directives for item in definition.inputs.values()]
    groups += [value.directives for value in definition.values.values()]
    return {applied.spec for directives in groups for applied in directives if applied.spec}
