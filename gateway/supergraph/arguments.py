"""Directives as a document applies them: which there are, and the values of their arguments."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import BooleanValueNode, DirectiveNode, StringValueNode, ValueNode


def argument_values(directive: DirectiveNode) -> dict[str, ValueNode]:
    """The arguments of a directive by name."""
    return {argument.name.value: argument.value for argument in directive.arguments or ()}


def named(directives: Iterable[DirectiveNode] | None, name: str) -> list[DirectiveNode]:
    """The applications of one directive, in the order of the document."""
    return [each for each in directives or () if each.name.value == name]


def string(value: ValueNode | None) -> str | None:
    """The text of a string; None for anything else."""
    return value.value if isinstance(value, StringValueNode) else None


def boolean(value: ValueNode | None, default: bool) -> bool:
    """The value of a boolean; the default for anything else."""
    return value.value if isinstance(value, BooleanValueNode) else default
