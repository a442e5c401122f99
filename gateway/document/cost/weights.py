"""The weights that a supergraph gives to its elements.

Without directives an object costs 1 and a leaf 0; a mutation costs 10 more, because it changes
something. `@cost` replaces the weight of the element it stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DirectiveNode, value_from_ast_untyped

from gateway.supergraph.model import Feature, Supergraph

MUTATION_WEIGHT = 10
_SPECIFICATION = "https://specs.apollo.dev/cost"


@dataclass(frozen=True, slots=True)
class ListSize:
    """What `@listSize` says of a field.

    The size is the largest of the `slicing_arguments` that were given, or else `assumed_size`. It
    counts for the field itself, or for the fields named in `sized_fields` below it.
    """

    assumed_size: int | None = None
    slicing_arguments: tuple[str, ...] = ()
    sized_fields: tuple[str, ...] = ()
    require_one_slicing_argument: bool = True


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by coordinate: types by name, fields by `Type.field`, arguments by `Type.field.arg`
    (fields of input objects by `Input.field`)."""

    types: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], int] = field(default_factory=dict)
    arguments: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    lists: Mapping[tuple[str, str], ListSize] = field(default_factory=dict)


def read_weights(supergraph: Supergraph) -> Weights:
    """Collect the weights of a supergraph, under whatever names it links the directives."""
    cost, list_size = _local_names(supergraph.features)
    types: dict[str, int] = {}
    fields: dict[tuple[str, str], int] = {}
    arguments: dict[tuple[str, str, str], int] = {}
    lists: dict[tuple[str, str], ListSize] = {}
    for definition in supergraph.types.values():
        for arguments_of in _applications(definition.directives, cost):
            types[definition.name] = int(arguments_of.get("weight") or 0)
        for each in definition.fields.values():
            coordinate = (definition.name, each.name)
            for given in _applications(each.directives, cost):
                fields[coordinate] = int(given.get("weight") or 0)
            for given in _applications(each.directives, list_size):
                lists[coordinate] = _list_size(given)
            for argument in each.arguments.values():
                for given in _applications(argument.directives, cost):
                    arguments[*coordinate, argument.name] = int(given.get("weight") or 0)
    return Weights(types, fields, arguments, lists)


def _local_names(features: Iterable[Feature]) -> tuple[frozenset[str], frozenset[str]]:
    cost, list_size = {"cost"}, {"listSize"}
    for feature in features:
        if feature.identity == _SPECIFICATION:
            cost |= {feature.name, feature.imports.get("@cost", feature.name).lstrip("@")}
            list_size |= {
                f"{feature.name}__listSize",
                feature.imports.get("@listSize", "listSize").lstrip("@"),
            }
    return frozenset(cost), frozenset(list_size)


def _applications(
    directives: Iterable[DirectiveNode], names: frozenset[str]
) -> Iterable[dict[str, Any]]:
    for directive in directives:
        if directive.name.value in names:
            yield {
                argument.name.value: value_from_ast_untyped(argument.value)
                for argument in directive.arguments or ()
            }


def _list_size(given: Mapping[str, Any]) -> ListSize:
    assumed = given.get("assumedSize")
    require = given.get("requireOneSlicingArgument")
    return ListSize(
        assumed_size=assumed if isinstance(assumed, int) else None,
        slicing_arguments=tuple(given.get("slicingArguments") or ()),
        sized_fields=tuple(given.get("sizedFields") or ()),
        require_one_slicing_argument=True if require is None else bool(require),
    )
