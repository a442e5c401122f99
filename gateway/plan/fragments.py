"""Fragments under `@defer`: what the directive says, and which objects a part is for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from graphql import (
    BooleanValueNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    StringValueNode,
    VariableNode,
)

from gateway.plan.nodes import Condition, Literal
from gateway.plan.positions import DeferredPart, Position

Fragment = InlineFragmentNode | FragmentSpreadNode


def limited_to(names: Collection[str], part: DeferredPart) -> DeferredPart | None:
    """A deferred part for these types alone; None where nothing of it is left."""
    content = part.content
    classes = tuple(
        replace(each, types=kept)
        for each in content.classes
        if (kept := tuple(name for name in each.types if name in names))
    )
    inner = tuple(
        limited for each in content.deferred if (limited := limited_to(names, each)) is not None
    )
    if not classes and not inner:
        return None
    return replace(part, content=Position(content.type_name, classes, inner))


def is_deferred(node: Fragment) -> bool:
    """Whether a fragment is under `@defer`, unless `if` says a constant false."""
    for directive in node.directives or ():
        if directive.name.value == "defer":
            return not any(
                argument.name.value == "if"
                and isinstance(argument.value, BooleanValueNode)
                and not argument.value.value
                for argument in directive.arguments or ()
            )
    return False


def defer_of(node: Fragment) -> tuple[str | None, Condition | None]:
    """The label of a fragment's `@defer`, and the condition that its `if` sets."""
    label: str | None = None
    condition: Condition | None = None
    for directive in node.directives or ():
        if directive.name.value != "defer":
            continue
        for argument in directive.arguments or ():
            if isinstance(argument.value, StringValueNode):
                label = argument.value.value
            elif isinstance(argument.value, VariableNode):
                condition = ((Literal(argument.value.name.value, True),),)
    return label, condition


def without_defer(node: Fragment) -> Fragment:
    """The fragment without its `@defer`."""
    directives = tuple(each for each in node.directives or () if each.name.value != "defer")
    if isinstance(node, FragmentSpreadNode):
        return FragmentSpreadNode(name=node.name, directives=directives)
    return InlineFragmentNode(
        type_condition=node.type_condition,
        directives=directives,
        selection_set=node.selection_set,
    )
