"""Decide which entity fetches of one subgraph travel in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from gateway.plan.fetch_graph import FetchGraph, FetchNode


def batch(graph: FetchGraph) -> list[list[FetchNode]]:
    """Group the fetches into requests, in topological order.

    Fetches of a subgraph join one request when neither waits for the other, even through the
    requests that both become part of. A fetch is delayed for another's sake only if it waits for
    a subset of what that one waits for, and only if the plan does not get more stages by it.
    """
    requests = _Requests(graph)
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for number, (first, *_others) in requests.members.items():
        if not first.root:
            buckets[(first.graph, first.barrier, first.defer)].append(number)
    changed = True
    while changed:
        changed = False
        for left, right in _pairs(requests, buckets.values()):
            if requests.may_join(left, right):
                requests.join(left, right)
                changed = True
    return requests.in_order()


def _pairs(requests: _Requests, buckets: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of requests to the same subgraph that are both still there, earliest first."""
    pairs = (pair for bucket in buckets for pair in combinations(bucket, 2))
    for left, right in sorted(pairs):
        if left in requests.members and right in requests.members:
            yield left, right


@dataclass(slots=True)
class _Requests:
    """Fetches grouped into requests, and how these wait for each other.

    A request is named by the number of its first fetch in topological order. `above` and `below`
    are bit masks of all requests that it waits for, and that wait for it. `stage` and `rest` count
    the requests of the longest chain that ends in it, and of the longest one that begins below it.
    """

    graph: FetchGraph
    members: dict[int, list[FetchNode]] = field(default_factory=dict)
    waits: dict[int, set[int]] = field(default_factory=dict)
    awaited: dict[int, set[int]] = field(default_factory=dict)
    above: dict[int, int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    stage: dict[int, int] = field(default_factory=dict)
    rest: dict[int, int] = field(default_factory=dict)
    stages: int = 0

    def __post_init__(self) -> None:
        nodes = _in_order(self.graph)
        at = {node.id: number for number, node in enumerate(nodes)}
        for number, node in enumerate(nodes):
            self.members[number] = [node]
            self.waits[number] = {at[other] for other in node.depends_on}
            self.awaited[number] = set()
            self.above[number] = 0
            for other in self.waits[number]:
                self.awaited[other].add(number)
                self.above[number] |= self.above[other] | 1 << other
        for number in reversed(self.members):
            self.below[number] = 0
            for other in self.awaited[number]:
                self.below[number] |= self.below[other] | 1 << other
        self._count_stages()

    def may_join(self, left: int, right: int) -> bool:
        """Whether two requests to one subgraph may become one."""
        above, other = self.above[left], self.above[right]
        if above >> right & 1 or other >> left & 1:
            return False
        if self.stage[left] != self.stage[right] and above & other not in (above, other):
            return False
        chain = max(self.stage[left], self.stage[right]) + max(self.rest[left], self.rest[right])
        return chain <= self.stages

    def join(self, kept: int, gone: int) -> None:
        """Let one request take over the fetches of another."""
        self.members[kept] += self.members.pop(gone)
        for there, back in ((self.waits, self.awaited), (self.awaited, self.waits)):
            for other in there.pop(gone):
                there[kept].add(other)
                back[other].discard(gone)
                back[other].add(kept)
        self._reach(kept, gone, self.above, self.below)
        self._reach(kept, gone, self.below, self.above)
        for reach in (self.above, self.below):
            for number, mask in reach.items():
                if mask >> gone & 1:
                    reach[number] = mask & ~(1 << gone) | 1 << kept
        stages, rests = self.stage, self.rest
        uneven = stages[kept] != stages.pop(gone) or rests[kept] != rests.pop(gone)
        if uneven:
            self._count_stages()

    @staticmethod
    def _reach(kept: int, gone: int, there: dict[int, int], back: dict[int, int]) -> None:
        """Whoever is beyond one of two joined requests is now reached from beyond the other."""
        both = there[kept] | there.pop(gone)
        there[kept] = both
        for number in _bits(back[kept] | back.get(gone, 0)):
            there[number] |= both

    def _count_stages(self) -> None:
        # A request has more requests above it than any that it waits for, so this order will do.
        order = sorted(self.members, key=lambda number: self.above[number].bit_count())
        for number in order:
            self.stage[number] = 1 + max((self.stage[one] for one in self.waits[number]), default=0)
        for number in reversed(order):
            self.rest[number] = max((1 + self.rest[one] for one in self.awaited[number]), default=0)
        self.stages = max(self.stage.values(), default=0)

    def in_order(self) -> list[list[FetchNode]]:
        """By stage, then in the order of opening."""
        order = sorted(self.members, key=lambda one: (self.stage[one], self.members[one][0].id))
        return [self.members[number] for number in order]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


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
