"""KEY_FIELDS_SELECT_INVALID_TYPE: a key holds no value of an abstract type."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selection_soundness import is_sound
from gateway.composition.selections import Role, walk
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind, named_type

RULE = Rule(
    Code.KEY_FIELDS_SELECT_INVALID_TYPE,
    meaning="A `@key` selects a field whose type is an interface or a union.",
    why=(
        "What can be selected on such a value depends on its object type, so it "
        "identifies nothing by itself."
    ),
    mend="Use fields of scalar, enum or object type as keys.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key that selects a field of interface or union type."""
    for selection in facts.selections:
        if selection.role is not Role.KEY or selection.tree is None:
            continue
        if not is_sound(subgraph, selection):
            continue
        for step in walk(subgraph.types, selection.target, selection.tree):
            field = subgraph.field(step.coordinate)
            returned = subgraph.types.get(named_type(field.type)) if field else None
            if field is None or returned is None:
                continue
            if returned.kind in (Kind.INTERFACE, Kind.UNION):
                owner, name = step.coordinate
                yield error(
                    RULE,
                    f'{selection.where} in subgraph "{subgraph.name}" selects "{owner}.{name}", '
                    f'which is of the {returned.kind} type "{returned.name}".',
                    selection.location,
                    field.location,
                )
