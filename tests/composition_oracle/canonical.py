"""A supergraph as text in which order means nothing, to compare what two composers wrote."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from graphql import (
    FloatValueNode,
    IntValueNode,
    Node,
    StringValueNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

SORTED = {
    "definitions",
    "fields",
    "directives",
    "arguments",
    "values",
    "types",
    "interfaces",
    "locations",
    "operation_types",
}


def canonical(sdl: str) -> str:
    """The document with everything sorted whose order has no meaning.

    Numbers are written in one way (`1.5e3` as `1500`), strings never as blocks, and a description
    that is empty is none.
    """
    return print_ast(_sorted(parse(sdl, no_location=True)))


def canonical_types(sdl: str) -> str:
    """The same for the types of the subgraphs alone, without what a specification brings along.

    Field sets are written in one way.
    """
    document = parse(sdl, no_location=True)
    types = [
        node
        for node in document.definitions
        if isinstance(node, TypeDefinitionNode) and "__" not in node.name.value
    ]
    text = "\n".join(print_ast(node) for node in types)
    return re.sub(
        r'(?<=key: ")[^\n]*?(?=")|(?<=requires: ")[^\n]*?(?="[,)])|(?<=provides: ")[^\n]*?(?="[,)])',
        lambda match: _spaced(match[0]),
        canonical(text),
    )


def _spaced(field_set: str) -> str:
    tokens = re.findall(r'\.\.\.|[\w$]+|\\"(?:[^"\\]|\\(?!"))*\\"|[{}():,\[\]@-]', field_set)
    return " ".join(token for token in tokens if token != ",")


def _sorted(value: Any) -> Any:
    if isinstance(value, FloatValueNode | IntValueNode):
        return FloatValueNode(value=format(Decimal(value.value).normalize(), "f"))
    if isinstance(value, StringValueNode):
        return StringValueNode(value=value.value, block=False)
    if isinstance(value, Node):
        changes = {}
        for key in value.keys:
            if key == "loc":
                continue
            child = _sorted(getattr(value, key))
            if key == "description" and child is not None and not child.value:
                child = None
            if (
                key in SORTED
                and isinstance(child, tuple)
                and all(isinstance(c, Node) for c in child)
            ):
                child = tuple(sorted(child, key=print_ast))
            changes[key] = child
        return type(value)(**changes)
    if isinstance(value, list | tuple):
        return tuple(_sorted(item) for item in value)
    return value
