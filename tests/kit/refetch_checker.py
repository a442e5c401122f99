"""A static check of query plans: no request asks for what the requests before it have brought.

A subgraph may refuse a field that a `@provides` on the way there, or an earlier request, already
gave: its own copy need not exist. Such a request is also larger than it has to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.plan.nodes import Condition, Each, Fetch, Key, OfType, Path, QueryPlan, WireField

Types = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf field that a fetch brings to a place, if all the conditions hold.

    `types` are, for the root and below each of `keys`, the concrete types it is brought for.
    """

    keys: tuple[str, ...]
    types: tuple[Types, ...]
    conditions: frozenset[Condition]


def refetched(plan: QueryPlan) -> list[str]:
    """Describe every leaf that a fetch asks for although fetches it waits for have brought it."""
    brought: dict[int, list[_Leaf]] = {}
    before: dict[int, set[int]] = {}
    found = []
    for fetch in plan.fetches:
        before[fetch.id] = set(fetch.depends_on).union(*(before[each] for each in fetch.depends_on))
        known = [leaf for each in before[fetch.id] for leaf in brought[each]]
        brought[fetch.id] = []
        for targets, selection, conditions in _selections(fetch):
            at_each_target = [list(_leaves(path, selection, conditions)) for path in targets]
            brought[fetch.id] += [leaf for leaves in at_each_target for leaf in leaves]
            # What one call asks for at several places need be missing at one of them only.
            for same in zip(*at_each_target, strict=True):
                if all(_covered(leaf, known) for leaf in same):
                    found.append(f"{fetch.subgraph} is asked again for {'.'.join(same[0].keys)}")
    return found


def _selections(
    fetch: Fetch,
) -> Iterator[tuple[Sequence[Path], Sequence[WireField], frozenset[Condition]]]:
    always = frozenset(() if fetch.when is None else (fetch.when,))
    if fetch.root is not None:
        yield (fetch.root.target,), fetch.root.selection, always
    for call in fetch.entities:
        served = [name for each in call.representations for name in each.on or ()]
        limited = all(each.on for each in call.representations)
        targets = tuple(
            (*path, OfType(tuple(served))) if limited else path for path in call.targets
        )
        conditions = always if call.when is None else always | {call.when}
        yield targets, call.selection, conditions


def _leaves(
    path: Path, selection: Sequence[WireField], conditions: frozenset[Condition]
) -> Iterator[_Leaf]:
    keys: tuple[str, ...] = ()
    types: tuple[Types, ...] = (None,)
    for step in path:
        if isinstance(step, Key):
            keys, types = (*keys, step.name), (*types, None)
        elif isinstance(step, OfType):
            types = (*types[:-1], _both(types[-1], frozenset(step.types)))
        else:
            assert isinstance(step, Each)
    yield from _below(keys, types, selection, conditions)


def _below(
    keys: tuple[str, ...],
    types: tuple[Types, ...],
    selection: Sequence[WireField],
    conditions: frozenset[Condition],
) -> Iterator[_Leaf]:
    for each in selection:
        if each.name == "__typename":
            continue
        limited = None if each.on is None else frozenset(each.on)
        here = (*types[:-1], _both(types[-1], limited))
        held = conditions if each.when is None else conditions | {each.when}
        if each.children:
            yield from _below((*keys, each.key), (*here, None), each.children, held)
        else:
            yield _Leaf((*keys, each.key), here, held)


def _both(one: Types, other: Types) -> Types:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _covered(leaf: _Leaf, known: Sequence[_Leaf]) -> bool:
    """Whether known leaves bring this one whenever it is asked for, and for all types."""
    last: set[str] = set()
    for each in known:
        if each.keys != leaf.keys or not each.conditions <= leaf.conditions:
            continue
        above = zip(each.types[:-1], leaf.types[:-1], strict=True)
        if not all(one is None or (other is not None and other <= one) for one, other in above):
            continue
        if each.types[-1] is None:
            return True
        last |= each.types[-1]
    wanted = leaf.types[-1]
    return wanted is not None and wanted <= last
