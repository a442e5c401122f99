"""The shape of the answer with deferred parts in place.

A client that takes no incremental delivery, and a deferred part whose condition is false, get the
part's fields where they stand; the fields then bubble nulls like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from gateway.plan.nodes import (
    Condition,
    Deferred,
    Each,
    Key,
    OfType,
    Output,
    OutputField,
    QueryPlan,
)


def with_deferred(plan: QueryPlan, parts: Collection[int]) -> Output:
    """The plan's output with these deferred parts (indexes) in place."""
    output = plan.output
    for index in sorted(parts):
        deferred = plan.deferred[index]
        part = _guarded(deferred.output, deferred.reached)
        output = _insert(output, _ways(deferred), part, None)
    return output


_Step = OfType | tuple[str, str]
"""A condition on the type, or a wire key with its response key."""


def _ways(deferred: Deferred) -> list[_Step]:
    shown = iter([step.name for step in deferred.response_path if isinstance(step, Key)])
    return [
        (step.name, next(shown)) if isinstance(step, Key) else step
        for step in deferred.path
        if not isinstance(step, Each)
    ]


def _insert(into: Output, steps: list[_Step], part: Output, on: tuple[str, ...] | None) -> Output:
    """Add a part's fields below an output."""
    if not steps:
        types = part.possible if on is None else tuple(t for t in part.possible if t in on)
        return merged(into, part, None if set(into.possible) <= set(types) else types)
    step, rest = steps[0], steps[1:]
    if isinstance(step, OfType):
        return _insert(into, rest, part, step.types)
    return replace(
        into,
        fields=tuple(
            replace(field, shape=_insert(field.shape, rest, part, None))
            if field.shape is not None and (field.source, field.response_key) == step
            else field
            for field in into.fields
        ),
    )


def merged(into: Output, part: Output, on: tuple[str, ...] | None = None) -> Output:
    """Both outputs' fields, the part's for types `on` only.

    Fields that share a response key become one wherever both apply, so that of several fields with
    one key still at most one applies to an object.
    """
    fields = list(into.fields)
    for field in part.fields:
        types = _types(field, into) & frozenset(on if on is not None else into.possible)
        for index, known in enumerate(fields):
            if known.response_key == field.response_key and _types(known, into) & types:
                both = _types(known, into) & types
                alone = _types(known, into) - both
                fields[index : index + 1] = [
                    *([replace(known, on=_limit(alone, into))] if alone else []),
                    replace(_united(known, field), on=_limit(both, into)),
                ]
                types -= both
        if types:
            fields.append(replace(field, on=_limit(types, into)))
    return replace(into, fields=tuple(fields))


def _types(field: OutputField, output: Output) -> frozenset[str]:
    return frozenset(output.possible if field.on is None else field.on)


def _limit(types: frozenset[str], output: Output) -> tuple[str, ...] | None:
    return None if types >= frozenset(output.possible) else tuple(sorted(types))


def _united(one: OutputField, other: OutputField) -> OutputField:
    """One field for two with the same key: what is below each depends on its own condition."""
    when = None if one.when is None or other.when is None else _either(one.when, other.when)
    shape = one.shape
    if shape is not None and other.shape is not None:
        shape = merged(_guarded(shape, one.when), _guarded(other.shape, other.when))
    return replace(one, when=when, shape=shape)


def _guarded(output: Output, when: Condition | None) -> Output:
    if when is None:
        return output
    return replace(
        output,
        fields=tuple(replace(field, when=_all_of(field.when, when)) for field in output.fields),
    )


def _either(one: Condition, other: Condition) -> Condition:
    return tuple(sorted({*one, *other}))


def _all_of(one: Condition | None, other: Condition) -> Condition:
    if one is None:
        return other
    return tuple(sorted({tuple(sorted({*left, *right})) for left in one for right in other}))


def leads_somewhere(
    output: Output, deferred: Deferred, active: Callable[[OutputField], bool]
) -> bool:
    """Whether the fields on the way to a deferred part are in the answer."""
    places = [output]
    for step in _ways(deferred):
        if not isinstance(step, OfType):
            places = [
                field.shape
                for place in places
                for field in place.fields
                if field.shape is not None
                and (field.source, field.response_key) == step
                and active(field)
            ]
    return bool(places)
