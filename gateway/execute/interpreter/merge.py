"""Writing a subgraph's data into the merged tree.

A value is never overwritten, except a null by a value and an abstract `__typename` (an interface
object's) by a concrete one; objects merge by key and lists by index. So the tree is the same in
whatever order answers come. Scalars, also those that hold objects, are taken as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from gateway.execute.program import Tree
from gateway.plan.nodes import TypeKind, WireField


def merge_object(
    target: Tree, source: Tree, selection: Sequence[WireField], abstract: Collection[str]
) -> None:
    """Merge the selected keys of `source` into `target`; `source` is never changed or shared."""
    stack: list[tuple[Any, Any, Sequence[WireField]]] = [(target, source, selection)]
    while stack:
        into, value, fields = stack.pop()
        if value.__class__ is dict:
            if any(wire.key == "__typename" for wire in fields):
                _typename(into, value, abstract)
            for key, item in value.items():
                wire = _field(fields, key, into)
                if wire is not None:
                    _place(into, key, item, wire, stack)
        else:
            for index, item in enumerate(value):
                _place(into, index, item, None, stack, fields)


def _typename(into: Tree, value: Tree, abstract: Collection[str]) -> None:
    """Settle the type before the fields, because it may decide which field a key is."""
    given, known = value.get("__typename"), into.get("__typename")
    if given.__class__ is not str:
        return
    if known.__class__ is not str or (known in abstract and given not in abstract):
        into["__typename"] = given


def _field(fields: Sequence[WireField], key: str, into: Tree) -> WireField | None:
    matching = [wire for wire in fields if wire.key == key]
    if len(matching) <= 1:
        return matching[0] if matching else None
    known = into.get("__typename")
    for wire in matching:
        if wire.on is None or known in wire.on:
            return wire
    return matching[0]


def _place(
    into: Any,
    key: Any,
    item: Any,
    wire: WireField | None,
    stack: list[tuple[Any, Any, Sequence[WireField]]],
    below: Sequence[WireField] = (),
) -> None:
    """Put a value under a key or index, or leave its merging on the stack."""
    old = into[key] if into.__class__ is list else into.get(key)
    fields = below
    if wire is not None:
        if wire.type.kind in (TypeKind.SCALAR, TypeKind.ENUM):
            if old is None:
                into[key] = item
            return
        fields = wire.children
    if item.__class__ is dict:
        if old is None:
            into[key] = old = {}
        if old.__class__ is dict:
            stack.append((old, item, fields))
    elif item.__class__ is list:
        if old is None:
            into[key] = old = []
        if old.__class__ is list:
            old.extend([None] * (len(item) - len(old)))
            stack.append((old, item, fields))
    elif old is None:
        into[key] = item
