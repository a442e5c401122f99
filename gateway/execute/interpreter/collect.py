"""Finding the objects that a fetch is about, and writing the representations that identify them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.program import Owners, Tree
from gateway.plan.nodes import (
    ContextArgument,
    Each,
    EntityCall,
    Key,
    KeyField,
    Path,
    Representation,
)

ABSENT: Final = object()
_STOP: Final = object()


@dataclass(slots=True)
class Group:
    """The representations of one call that go into one request: those with equal contexts."""

    contexts: Mapping[str, Any]
    representations: list[dict[str, Any]] = field(default_factory=list)
    owners: Owners = field(default_factory=list)
    index: dict[Any, int] = field(default_factory=dict)


def objects_at(root: Tree, path: Path) -> list[tuple[Tree, tuple[Any, ...]]]:
    """The objects at a path in tree order, each with the values passed on the way to it.

    The n-th of those values is what the first n steps lead to.
    """
    found: list[tuple[Any, tuple[Any, ...]]] = [(root, ())]
    for step in path:
        further: list[tuple[Any, tuple[Any, ...]]] = []
        for value, passed in found:
            trail = (*passed, value)
            if isinstance(step, Key):
                if value.__class__ is dict and value.get(step.name) is not None:
                    further.append((value[step.name], trail))
            elif isinstance(step, Each):
                if value.__class__ is list:
                    further.extend((item, trail) for item in value)
            elif value.__class__ is dict and value.get("__typename") in step.types:
                further.append((value, trail))
        found = further
    return [(value, (*passed, value)) for value, passed in found if value.__class__ is dict]


def collect(root: Tree, call: EntityCall) -> list[Group]:
    """The call's representations without repetition, in groups of equal context arguments."""
    groups: dict[Any, Group] = {}
    for path in call.targets:
        for target, trail in objects_at(root, path):
            represented = represent(target, call.representations)
            if represented is None:
                continue
            contexts = {context.variable: _context(trail, context) for context in call.contexts}
            group = groups.setdefault(identity(contexts), Group(contexts))
            key = identity(represented)
            position = group.index.get(key)
            if position is None:
                group.index[key] = len(group.owners)
                group.representations.append(represented)
                group.owners.append([target])
            else:
                group.owners[position].append(target)
    return list(groups.values())


def represent(target: Tree, representations: Sequence[Representation]) -> dict[str, Any] | None:
    """An object's representation, or `None` if it has none."""
    typename = target.get("__typename")
    for choice in representations:
        if choice.on is None or typename in choice.on:
            sent = choice.typename if choice.typename is not None else typename
            if sent.__class__ is not str:
                return None
            fields = write_fields(target, choice.fields, keyed=False)
            return None if fields is ABSENT else {"__typename": sent, **fields}
    return None


def lacks(target: Tree, representations: Sequence[Representation]) -> bool:
    """Whether an object of a type that has a representation cannot be represented."""
    typename = target.get("__typename")
    served = any(choice.on is None or typename in choice.on for choice in representations)
    return served and represent(target, representations) is None


def write_fields(value: Any, fields: Sequence[KeyField], *, keyed: bool) -> Any:
    """The part of a representation below one field; `ABSENT` if something needed is lacking.

    Depth is that of the plan's key fields, which the schema bounds.
    """
    if value is None:
        return ABSENT if keyed else None
    if value.__class__ is list:
        items = [write_fields(item, fields, keyed=keyed) for item in value]
        return ABSENT if any(item is ABSENT for item in items) else items
    if value.__class__ is not dict:
        return ABSENT
    written: dict[str, Any] = {}
    typename = value.get("__typename")
    for entry in fields:
        if entry.on is not None and typename not in entry.on:
            continue
        item = value.get(entry.source, ABSENT)
        key = keyed or entry.is_key
        if item is ABSENT or (item is None and key):
            return ABSENT
        if entry.children:
            item = write_fields(item, entry.children, keyed=key)
            if item is ABSENT:
                return ABSENT
        written[entry.name] = item
    return written


def _context(trail: Sequence[Any], context: ContextArgument) -> Any:
    for source in context.sources:
        value = trail[source.ancestor] if source.ancestor < len(trail) else None
        if source.on is not None:
            typename = value.get("__typename") if value.__class__ is dict else None
            if typename not in source.on:
                continue
        for key in source.keys:
            value = _step_down(value, key)
        return value
    return None


def _step_down(value: Any, key: str) -> Any:
    if value.__class__ is list:
        return [_step_down(item, key) for item in value]
    return value.get(key) if value.__class__ is dict else None


def identity(values: Mapping[str, Any]) -> Any:
    """A hashable that is equal for equal JSON objects.

    Values of different classes differ, also where Python calls them equal (`1`, `1.0`, `True`).
    """
    return tuple((key, _identity(value)) for key, value in values.items())


def _identity(value: Any) -> Any:
    if value.__class__ is str:
        return value
    if value.__class__ in (dict, list, wire_json.Fragment):
        return (value.__class__, wire_json.encode(value))
    return (value.__class__, value)
