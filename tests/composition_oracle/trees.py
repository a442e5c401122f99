"""Finding and replacing nodes of syntax trees, which are never changed in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    ConstDirectiveNode,
    DocumentNode,
    NamedTypeNode,
    NameNode,
    Node,
    StringValueNode,
    parse_const_value,
)

N = TypeVar("N", bound=Node)


def nodes(root: Node, *kinds: type[N]) -> Iterator[N]:
    """All nodes of these kinds below a node, itself included, in the order of the text."""
    if isinstance(root, kinds):
        yield root
    for key in root.keys:
        value = getattr(root, key)
        if isinstance(value, Node):
            yield from nodes(value, *kinds)
        elif isinstance(value, list | tuple):
            for item in value:
                if isinstance(item, Node):
                    yield from nodes(item, *kinds)


def pick(random: Random, root: Node, *kinds: type[N]) -> N | None:
    """One of the nodes of these kinds, if there are any."""
    found = list(nodes(root, *kinds))
    return random.choice(found) if found else None


def changed(node: N, **changes: Any) -> N:
    """A copy of a node with other values."""
    values = {key: getattr(node, key) for key in node.keys if key != "loc"} | changes
    return type(node)(**values)


def replaced(root: DocumentNode, old: Node, *new: Node) -> DocumentNode:
    """A copy of a document with other nodes in the place of one; without any, it is removed."""
    result = _replaced(root, old, new)
    assert isinstance(result, DocumentNode)
    return result


def _replaced(root: Node, old: Node, new: Sequence[Node]) -> Node:
    changes: dict[str, Any] = {}
    for key in root.keys:
        if key == "loc":
            continue
        value = getattr(root, key)
        if value is old:
            changes[key] = new[0] if new else None
        elif isinstance(value, Node):
            inner = _replaced(value, old, new)
            if inner is not value:
                changes[key] = inner
        elif isinstance(value, list | tuple):
            items = _replaced_items(value, old, new)
            if items is not None:
                changes[key] = items
    return changed(root, **changes) if changes else root


def _replaced_items(value: Sequence[Any], old: Node, new: Sequence[Node]) -> tuple[Any, ...] | None:
    result: list[Any] = []
    hit = False
    for item in value:
        if item is old:
            result += new
            hit = True
            continue
        inner = _replaced(item, old, new) if isinstance(item, Node) else item
        hit = hit or inner is not item
        result.append(inner)
    return tuple(result) if hit else None


def named(name: str) -> NamedTypeNode:
    """A reference to a type."""
    return NamedTypeNode(name=NameNode(value=name))


def directive(text: str) -> ConstDirectiveNode:
    """A directive from `name` or `name(arg: value)` with at most three arguments."""
    name, _, inner = text.partition("(")
    arguments: tuple[ArgumentNode, ...] = ()
    if inner:
        value: Any = parse_const_value("{" + inner[:-1] + "}", no_location=True)
        arguments = tuple(ArgumentNode(name=f.name, value=f.value) for f in value.fields)
    return ConstDirectiveNode(name=NameNode(value=name), arguments=arguments)


def string(value: str) -> StringValueNode:
    """A string."""
    return StringValueNode(value=value, block=False)
