"""INVALID_GRAPHQL: what is composed, and what comes of it, is GraphQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.composition.syntax import Reader
from gateway.composition.validity import machinery_violations, violations
from gateway.supergraph.definitions import DirectiveDef, Kind, TypeDef

RULE = Rule(
    Code.INVALID_GRAPHQL,
    meaning="A subgraph's schema is not valid GraphQL.",
    why="A schema that breaks the GraphQL specification means nothing that could be merged.",
    mend="Correct the schema at the place shown; any GraphQL tool will confirm the mend.",
)


def check_reading(reader: Reader) -> list[CompositionError]:
    """What clashes in a document as such: elements given twice, operations in a schema."""
    return [error(RULE, item.message, *item.places) for item in reader.clashes]


def check(
    subgraph: Subgraph,
    spec_types: Iterable[str],
    spec_directives: Iterable[DirectiveDef] = (),
    local_types: Iterable[TypeDef] = (),
) -> Iterator[CompositionError]:
    """Every way in which a subgraph's schema breaks the GraphQL specification.

    `local_types` are the schema's own definitions of types of specifications.
    """
    local = tuple(local_types)
    found = violations(subgraph, spec_types, spec_directives, local)
    for item in (*found, *machinery_violations(subgraph, local)):
        yield error(RULE, f'Subgraph "{subgraph.name}": {item.message}', *item.places)


def merged_unusable(reason: str) -> CompositionError:
    """The error for a merged schema that no gateway could read, for this reason."""
    return error(RULE, f"The merged schema cannot be served: {reason}")


def check_merged(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Merging may widen interfaces and fields beyond what the schemas fulfil by themselves."""
    _check_interfaces(merge, types)
    _check_field_types(merge, types)


def _check_interfaces(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Every merged type has to implement what its merged interfaces implement."""
    for definition in types.values():
        for interface in definition.interfaces:
            demanded = types.get(interface)
            for other in demanded.interfaces if demanded is not None else ():
                if other not in definition.interfaces and other != definition.name:
                    merge.report.error(
                        RULE,
                        f'In the merged schema "{definition.name}" has to implement "{other}", '
                        f'because "{interface}" does.',
                        *(item.location for _, item in merge.types[definition.name]),
                        *(item.interfaces.get(other) for _, item in merge.types[interface]),
                    )


def _check_field_types(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Compare the field types of every merged type with those of its merged interfaces."""
    for definition in types.values():
        for interface in definition.interfaces:
            demanded = types.get(interface)
            if demanded is None or demanded.kind is not Kind.INTERFACE:
                continue
            for name, field in demanded.fields.items():
                own = definition.fields.get(name)
                if own is None or merge.hierarchy.is_subtype(own.type, field.type):
                    continue
                declared = [
                    other.fields[name].location
                    for _, other in (*merge.types[interface], *merge.types[definition.name])
                    if name in other.fields
                ]
                merge.report.error(
                    RULE,
                    f'In the merged schema "{interface}.{name}" is of type "{field.type}", but '
                    f'"{definition.name}.{name}", which implements it, is of type "{own.type}", '
                    "which allows more.",
                    *declared,
                )
