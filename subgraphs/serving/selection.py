"""What a request selects below the field that is being resolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode

from subgraphs.serving.context import Info


def selects(info: Info, *path: str) -> bool:
    """Whether the field being resolved has sub-fields of these (GraphQL) names selected, nested.

    Conditions (`@skip`, `@include`) are not judged: asking for a little too much is harmless.
    """
    raw = info._raw_info
    nodes: list[Any] = list(raw.field_nodes)
    for name in path:
        nodes = [
            field
            for node in nodes
            for field in _fields(node, raw.fragments)
            if field.name.value == name
        ]
    return bool(nodes)


def _fields(node: Any, fragments: Any) -> Iterator[FieldNode]:
    for each in node.selection_set.selections if node.selection_set else ():
        if isinstance(each, FragmentSpreadNode):
            yield from _fields(fragments[each.name.value], fragments)
        elif isinstance(each, InlineFragmentNode):
            yield from _fields(each, fragments)
        else:
            yield each
