"""INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE: who is entered by an interface knows all its types."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import keys, resolvable
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE,
    meaning="A subgraph has a key on an interface without knowing all of its implementations.",
    why=(
        "A subgraph that finds objects by an interface's key has to tell their types, and "
        "it lacks one."
    ),
    mend="Define the missing implementation in that subgraph, or drop the interface's key.",
    standing=Standing.SETTLED,
)


def check(merge: Merge) -> None:
    """Every interface with a resolvable key, where an implementation known elsewhere is missing."""
    for name in sorted(merge.types):
        for subgraph, definition in merge.types[name]:
            if definition.kind is not Kind.INTERFACE:
                continue
            key = next((item for item in keys(definition) if resolvable(item)), None)
            if key is None:
                continue
            missing = [
                other
                for other in merge.hierarchy.objects_below.get(name, ())
                if other not in subgraph.types or name not in subgraph.types[other].interfaces
            ]
            if missing:
                names = ", ".join(f'"{other}"' for other in missing)
                merge.report.error(
                    RULE,
                    f'Subgraph "{subgraph.name}" can be entered by the key of its interface '
                    f'"{name}", so it has to define every implementation; it lacks {names}.',
                    key.location,
                    *(place.location for o in missing for _, place in merge.types[o]),
                )
