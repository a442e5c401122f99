"""INTERFACE_OBJECT_USAGE_ERROR: what one subgraph may say about its interface objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error, in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph, is_interface_object, keys
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.INTERFACE_OBJECT_USAGE_ERROR,
    meaning="`@interfaceObject` is used against its rules.",
    why=(
        "An interface object only knows the key; the object types behind it have to come "
        "from elsewhere."
    ),
    mend="Give it a key of the interface, which another subgraph defines with its implementations.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """An interface object without a key could never be reached."""
    for definition in subgraph.types.values():
        if is_interface_object(definition) and not keys(definition):
            yield error(
                RULE,
                f'The interface object "{definition.name}" in subgraph "{subgraph.name}" has no '
                "@key, so nothing could enter it.",
                definition.location,
            )


def check_federation1(subgraphs: Sequence[Subgraph]) -> list[CompositionError]:
    """A Federation 1 key on an interface promises less than an interface object relies on."""
    errors: list[CompositionError] = []
    for subgraph in subgraphs:
        for definition in subgraph.types.values():
            if not is_interface_object(definition):
                continue
            for other in subgraphs:
                interface = other.types.get(definition.name)
                if other.federation1 and interface is not None and keys(interface):
                    errors.append(
                        error(
                            RULE,
                            f'The interface object "{definition.name}" of subgraph '
                            f'"{subgraph.name}" needs the key of the interface in subgraph '
                            f'"{other.name}", but that is a Federation 1 schema, whose keys on '
                            "interfaces resolve no type names.",
                            definition.location,
                            interface.location,
                        )
                    )
    return errors


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
                RULE,
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
                    RULE,
                    f'Subgraph "{subgraph.name}" has "{name}" as an interface object, so it may '
                    f"not define implementations of it, but it defines {names}.",
                    definition.location,
                    *(subgraph.types[other].location for other in present),
                )
