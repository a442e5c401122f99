"""How the arguments of one directive merge when subgraphs disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.supergraph.definitions import Value

Alternatives = frozenset[frozenset[str]]
"""A disjunction of conjunctions. No alternative at all, or an empty one, demands nothing."""


def alternatives(value: Value) -> Alternatives:
    """Read `[["a", "b"], ["c"]]` as (a and b) or c."""
    if not isinstance(value, tuple):
        return frozenset()
    return frozenset(
        frozenset(name for name in item if isinstance(name, str))
        for item in value
        if isinstance(item, tuple)
    )


_MOST_COMBINATIONS: Final = 512


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """What satisfies both: each pair of alternatives together, without the redundant ones.

    The number of pairs grows exponentially with the requirements combined. Beyond a limit all
    names are demanded together: that is stricter than asked, but never lets anybody in by mistake.
    """
    if not one or not other:
        return one or other
    if len(one) * len(other) > _MOST_COMBINATIONS:
        return frozenset({frozenset().union(*one, *other)})
    return absorbed(a | b for a in one for b in other)


def absorbed(items: Iterable[frozenset[str]]) -> Alternatives:
    """Drop each alternative that demands all of another one, and more."""
    kept: list[frozenset[str]] = []
    for item in sorted(set(items), key=lambda names: (len(names), sorted(names))):
        if not any(smaller <= item for smaller in kept):
            kept.append(item)
    return frozenset(kept)


def implies(one: Alternatives, other: Alternatives) -> bool:
    """Whether whoever satisfies `one` also satisfies `other`."""
    return not other or (
        bool(one) and all(any(weaker <= stronger for weaker in other) for stronger in one)
    )


def as_value(items: Alternatives) -> Value:
    """The alternatives as an argument, in a fixed order."""
    return tuple(tuple(names) for names in sorted(sorted(names) for names in items))


def conjunction(values: Sequence[Value]) -> Value:
    """All of the given requirements together."""
    result: Alternatives = frozenset()
    for value in values:
        result = both(result, alternatives(value))
    return as_value(result)


def maximum(values: Iterable[Value]) -> Value:
    """The greatest of the integers."""
    return max((value for value in values if isinstance(value, int)), default=None)


def merge_list_size(args: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """The widest assumptions about a list's size."""
    merged: dict[str, Value] = {}
    assumed = maximum(item.get("assumedSize") for item in args)
    if assumed is not None:
        merged["assumedSize"] = assumed
    for name in ("slicingArguments", "sizedFields"):
        given = [item[name] for item in args if isinstance(item.get(name), tuple)]
        if given:
            merged[name] = tuple(dict.fromkeys(v for item in given for v in _items(item)))
    required = [item.get("requireOneSlicingArgument", True) is True for item in args]
    merged["requireOneSlicingArgument"] = all(required)
    return merged


def _items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()
