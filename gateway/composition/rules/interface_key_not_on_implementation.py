"""INTERFACE_KEY_NOT_ON_IMPLEMENTATION: an interface's key holds for all who implement it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selection_soundness import is_sound
from gateway.composition.selections import Role, Selection
from gateway.composition.subgraph import Subgraph, resolvable
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.INTERFACE_KEY_NOT_ON_IMPLEMENTATION,
    meaning="A key of an interface is missing on one of its implementations.",
    why=(
        "What is found by the interface's key is an implementation, so the key has to "
        "find each of them."
    ),
    mend="Add the same `@key` to the implementation.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every implementation that lacks a key of its interface, or has it not resolvable."""
    by_owner: dict[str, list[Selection]] = {}
    unclear: set[str] = set()  # Which keys are meant will be known once these are mended.
    for selection in facts.selections:
        if selection.role is Role.KEY and selection.tree is not None:
            if not is_sound(subgraph, selection):
                unclear.add(selection.owner.name)
            by_owner.setdefault(selection.owner.name, []).append(selection)
    for selection in facts.selections:
        interface = selection.owner
        if selection.role is not Role.KEY or interface.kind is not Kind.INTERFACE:
            continue
        if interface.name in unclear:
            continue
        for other in subgraph.types.values():
            if other.kind is not Kind.OBJECT or interface.name not in other.interfaces:
                continue
            if other.name in unclear:
                continue
            same = [k for k in by_owner.get(other.name, ()) if k.tree == selection.tree]
            if not same:
                problem = "lacks that key"
            elif resolvable(selection.applied) and not any(resolvable(k.applied) for k in same):
                problem = "has it only with resolvable: false"
            else:
                continue
            yield error(
                RULE,
                f'{selection.where} in subgraph "{subgraph.name}" demands the same key of all '
                f'implementations, but "{other.name}" {problem}.',
                selection.location,
                other.location,
            )
