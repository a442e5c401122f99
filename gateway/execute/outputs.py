"""The shape of the answer with deferred parts in place.

A client that takes no incremental delivery, and a deferred part whose condition is false, get the
part's fields where they stand; the fields then bubble nulls like any others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gateway.plan.nodes import Each, Key, OfType, Output, OutputField, Path, QueryPlan


def with_deferred(plan: QueryPlan, parts: Collection[int]) -> Output:
    """The plan's output with these deferred parts (indexes) in place."""
    output = plan.output
    for index in sorted(parts):
        deferred = plan.deferred[index]
        output = _insert(output, deferred.path, deferred.output, None)
    return output


def _insert(into: Output, path: Path, part: Output, on: tuple[str, ...] | None) -> Output:
    """Add a part's fields at a path below an output; depth is the path's."""
    steps = [step for step in path if not isinstance(step, Each)]
    if not steps:
        return merged(into, part, on)
    first, rest = steps[0], tuple(steps[1:])
    if isinstance(first, OfType):
        return _insert(into, rest, part, first.types)
    return replace(
        into,
        fields=tuple(
            replace(field, shape=_insert(field.shape, rest, part, None))
            if field.shape is not None and _leads(field, first)
            else field
            for field in into.fields
        ),
    )


def _leads(field: OutputField, step: Key) -> bool:
    return field.source == step.name


def merged(into: Output, part: Output, on: tuple[str, ...] | None = None) -> Output:
    """Both outputs' fields; fields with the same key, source and limits become one."""
    fields = list(into.fields)
    for field in part.fields:
        if on is not None:
            types = on if field.on is None else tuple(t for t in field.on if t in on)
            field = replace(field, on=None if set(into.possible) <= set(types) else types)
        for index, known in enumerate(fields):
            if _same(known, field):
                if known.shape is not None and field.shape is not None:
                    fields[index] = replace(known, shape=merged(known.shape, field.shape))
                break
        else:
            fields.append(field)
    return replace(into, fields=tuple(fields))


def _same(one: OutputField, other: OutputField) -> bool:
    return (one.response_key, one.source, one.on, one.when) == (
        other.response_key,
        other.source,
        other.on,
        other.when,
    )
