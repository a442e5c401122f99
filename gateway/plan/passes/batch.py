"""Decide which entity fetches of one subgraph travel in one request."""

from __future__ import annotations

from gateway.plan.fetch_graph import FetchGraph, FetchNode


def batch(graph: FetchGraph) -> list[list[FetchNode]]:
    """Group the fetches into requests, in topological order.

    Fetches of a subgraph join one request when neither waits for the other, even through the
    requests that both become part of. A fetch is delayed for another's sake only if it waits for
    a subset of what that one waits for, and only if the plan does not get more stages by it.
    """
    groups: list[list[FetchNode]] = [[node] for node in _in_order(graph)]
    changed = True
    while changed:
        changed = False
        stages = _stages(groups)
        total = max(stages, default=0)
        above = _above(groups)
        for left in range(len(groups)):
            for right in range(left + 1, len(groups)):
                if not _may_join(groups[left], groups[right]):
                    continue
                if left in above[right] or right in above[left]:
                    continue
                nested = above[left] <= above[right] or above[right] <= above[left]
                if stages[left] != stages[right] and not nested:
                    continue
                joined = [
                    [*groups[left], *groups[right]] if number == left else group
                    for number, group in enumerate(groups)
                    if number != right
                ]
                if max(_stages(joined), default=0) > total:
                    continue
                groups = joined
                changed = True
                break
            if changed:
                break
    return _sorted(groups)


def _may_join(left: list[FetchNode], right: list[FetchNode]) -> bool:
    one, other = left[0], right[0]
    if one.graph != other.graph or one.barrier != other.barrier or one.defer != other.defer:
        return False
    return not (one.root or other.root)


def _in_order(graph: FetchGraph) -> list[FetchNode]:
    done: dict[int, FetchNode] = {}

    def visit(node: FetchNode) -> None:
        if node.id in done:
            return
        for number in sorted(node.depends_on):
            visit(graph.nodes[number])
        done[node.id] = node

    for node in graph.nodes.values():
        visit(node)
    return list(done.values())


def _waits_for(groups: list[list[FetchNode]]) -> list[set[int]]:
    at = {node.id: number for number, group in enumerate(groups) for node in group}
    return [
        {at[other] for node in group for other in node.depends_on} - {number}
        for number, group in enumerate(groups)
    ]


def _stages(groups: list[list[FetchNode]]) -> list[int]:
    waits = _waits_for(groups)
    found: dict[int, int] = {}

    def stage(number: int) -> int:
        if number not in found:
            found[number] = 1 + max((stage(other) for other in waits[number]), default=0)
        return found[number]

    return [stage(number) for number in range(len(groups))]


def _above(groups: list[list[FetchNode]]) -> list[set[int]]:
    waits = _waits_for(groups)
    found: dict[int, set[int]] = {}

    def above(number: int) -> set[int]:
        if number not in found:
            found[number] = set(waits[number])
            for other in waits[number]:
                found[number] |= above(other)
        return found[number]

    return [above(number) for number in range(len(groups))]


def _sorted(groups: list[list[FetchNode]]) -> list[list[FetchNode]]:
    """By stage, then in the order of opening."""
    stages = _stages(groups)
    waits = _waits_for(groups)
    order: list[int] = []
    placed: set[int] = set()
    pending = sorted(range(len(groups)), key=lambda number: (stages[number], groups[number][0].id))
    while pending:
        ready = next(number for number in pending if waits[number] <= placed)
        pending.remove(ready)
        placed.add(ready)
        order.append(ready)
    return [groups[number] for number in order]
