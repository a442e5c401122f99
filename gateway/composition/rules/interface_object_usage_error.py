"""INTERFACE_OBJECT_USAGE_ERROR: what one subgraph may say about its interface objects."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error, in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph, is_interface_object, keys
from gateway.supergraph.definitions import Kind


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """An interface object without a key could never be reached."""
    for definition in subgraph.types.values():
        if is_interface_object(definition) and not keys(definition):
            yield error(
                Code.INTERFACE_OBJECT_USAGE_ERROR,
                f'The interface object "{definition.name}" in subgraph "{subgraph.name}" has no '
                "@key, so nothing could enter it.",
                definition.location,
            )


def check_merged(merge: Merge) -> None:
    """An interface object needs the interface elsewhere, and no implementation beside itself."""
    for name, sources in sorted(merge.interface_objects.items()):
        declared = [
            subgraph for subgraph, other in merge.types[name] if other.kind is Kind.INTERFACE
        ]
        if len(sources) < len(merge.types[name]) and not declared:
            continue  # Elsewhere it is something else, which TYPE_KIND_MISMATCH tells.
        if not declared:
            merge.report.error(
                Code.INTERFACE_OBJECT_USAGE_ERROR,
                f'The type "{name}" is an interface object in '
                f"{in_subgraphs(subgraph.name for subgraph, _ in sources)}, but no subgraph "
                "defines the interface.",
                *(definition.location for _, definition in sources),
            )
            continue
        for subgraph, definition in sources:
            present = [
                other
                for other in merge.hierarchy.objects_below.get(name, ())
                if other in subgraph.types
            ]
            if present:
                names = ", ".join(f'"{other}"' for other in present)
                merge.report.error(
                    Code.INTERFACE_OBJECT_USAGE_ERROR,
                    f'Subgraph "{subgraph.name}" has "{name}" as an interface object, so it may '
                    f"not define implementations of it, but it defines {names}.",
                    definition.location,
                    *(subgraph.types[other].location for other in present),
                )
