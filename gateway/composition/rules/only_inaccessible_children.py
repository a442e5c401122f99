"""ONLY_INACCESSIBLE_CHILDREN: a visible type has to show something."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility, hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import TypeDef

RULE = Rule(
    Code.ONLY_INACCESSIBLE_CHILDREN,
    meaning="A visible type has only `@inaccessible` members.",
    why="The public schema would have a type without any members.",
    mend="Hide the type as well, or show a member.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """Every visible type of which all members are hidden."""
    for owner in view.visible_types():
        children = list(_children(view, owner))
        if children and all(children):
            yield error(
                RULE,
                f'The {owner.kind} "{owner.name}" is visible, but all of its members are '
                "@inaccessible.",
                *view.places(owner.name),
            )


def _children(view: Visibility, owner: TypeDef) -> Iterator[bool]:
    """For each member, whether it is hidden."""
    for members in (owner.fields, owner.inputs, owner.values):
        for member in members.values():
            yield hidden(member.directives)
    for name in owner.members:
        yield view.hidden_type(name)
