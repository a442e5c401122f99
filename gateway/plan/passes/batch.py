"""Decide which entity fetches of one subgraph travel in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import InitVar, dataclass, field
from itertools import combinations

from gateway.plan.fetch_graph import FetchGraph, FetchNode

MANY = 400
"""From more fetches than these, one order has to do."""


def batch(graph: FetchGraph) -> list[list[FetchNode]]:
    """Group the fetches into requests, in topological order.

    Fetches of a subgraph join one request when neither waits for the other, even through the
    requests that both become part of. A fetch is delayed for another's sake only if it waits for
    a subset of what that one waits for, and only if the plan does not get more stages by it.

    Each join rules others out, so that fewest requests are found by trying several orders.
    """
    nodes = _in_order(graph)
    best = _joined(_Requests(nodes), _ORDERS[0])
    least = _fewest(nodes)
    if len(nodes) <= MANY:
        for order in _ORDERS[1:]:
            if len(best.members) == least:
                break
            other = _joined(_Requests(nodes), order)
            if len(other.members) < len(best.members):
                best = other
    return best.in_order()


def _joined(requests: _Requests, order: _Order) -> _Requests:
    """Join requests while any may be joined, taking those that come first in `order`."""
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for number, (first, *_others) in requests.members.items():
        if not first.root:
            buckets[_bucket(first)].append(number)
    pairs = [pair for bucket in buckets.values() for pair in combinations(bucket, 2)]
    joined = -1
    while joined != len(requests.members):
        joined = len(requests.members)
        pairs = [(a, b) for a, b in pairs if a in requests.members and b in requests.members]
        pairs.sort(key=lambda pair: (order(requests, *pair), pair))
        for left, right in pairs:
            present = left in requests.members and right in requests.members
            if present and requests.may_join(left, right):
                requests.join(left, right)
    return requests


def _bucket(node: FetchNode) -> Hashable:
    """What fetches must have in common to travel together."""
    return (node.graph, node.barrier, node.defer)


def _fewest(nodes: list[FetchNode]) -> int:
    """At least as many requests: fetches that wait for another of the same subgraph stay apart."""
    chains: dict[Hashable, int] = {}
    longest: dict[int, dict[Hashable, int]] = {}
    roots = 0
    for node in nodes:
        above: dict[Hashable, int] = {}
        for other in node.depends_on:
            for key, length in longest[other].items():
                above[key] = max(above.get(key, 0), length)
        if node.root:
            roots += 1
        else:
            bucket = _bucket(node)
            above[bucket] = above.get(bucket, 0) + 1
            chains[bucket] = max(chains.get(bucket, 0), above[bucket])
        longest[node.id] = above
    return roots + sum(chains.values())


@dataclass(slots=True)
class _Requests:
    """Fetches grouped into requests, and how these wait for each other.

    A request is named by the number of its first fetch in topological order. `above` and `below`
    are bit masks of all requests that it waits for, and that wait for it. `stage` and `rest` count
    the requests of the longest chain that ends in it, and of the longest one that begins below it.
    """

    nodes: InitVar[list[FetchNode]]
    members: dict[int, list[FetchNode]] = field(default_factory=dict)
    waits: dict[int, set[int]] = field(default_factory=dict)
    awaited: dict[int, set[int]] = field(default_factory=dict)
    above: dict[int, int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    stage: dict[int, int] = field(default_factory=dict)
    rest: dict[int, int] = field(default_factory=dict)
    stages: int = 0

    def __post_init__(self, nodes: list[FetchNode]) -> None:
        at = {node.id: number for number, node in enumerate(nodes)}
        for number, node in enumerate(nodes):
            self.members[number] = [node]
            self.waits[number] = {at[other] for other in node.depends_on}
            self.awaited[number] = set()
            self.above[number] = 0
            for other in self.waits[number]:
                self.awaited[other].add(number)
                self.above[number] |= self.above[other] | 1 << other
            self.stage[number] = 1 + max((self.stage[one] for one in self.waits[number]), default=0)
        for number in reversed(self.members):
            self.below[number] = 0
            for other in self.awaited[number]:
                self.below[number] |= self.below[other] | 1 << other
            self.rest[number] = max((1 + self.rest[one] for one in self.awaited[number]), default=0)
        self.stages = max(self.stage.values(), default=0)

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
        self._lengthen(self.stage, self.awaited, kept, self.stage.pop(gone))
        self._lengthen(self.rest, self.waits, kept, self.rest.pop(gone))

    @staticmethod
    def _reach(kept: int, gone: int, there: dict[int, int], back: dict[int, int]) -> None:
        """Whoever is beyond one of two joined requests is now reached from beyond the other."""
        both = there[kept] | there.pop(gone)
        there[kept] = both
        for number in _bits(back[kept] | back.get(gone, 0)):
            there[number] |= both

    @staticmethod
    def _lengthen(
        lengths: dict[int, int], onward: dict[int, set[int]], start: int, least: int
    ) -> None:
        """Let chains through a joined request be as long as through either part."""
        lengths[start] = max(lengths[start], least)
        pending = [(one, lengths[start] + 1) for one in onward[start]]
        while pending:
            number, least = pending.pop()
            if lengths[number] < least:
                lengths[number] = least
                pending += [(one, least + 1) for one in onward[number]]

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


_Order = Callable[[_Requests, int, int], tuple[int, ...]]


def _as_opened(_requests: _Requests, _left: int, _right: int) -> tuple[int, ...]:
    return ()


def _even_below(requests: _Requests, left: int, right: int) -> tuple[int, ...]:
    stage, rest = requests.stage, requests.rest
    return (abs(rest[left] - rest[right]), abs(stage[left] - stage[right]))


def _even_above(requests: _Requests, left: int, right: int) -> tuple[int, ...]:
    return _even_below(requests, left, right)[::-1]


def _even_late(requests: _Requests, left: int, right: int) -> tuple[int, ...]:
    stage = requests.stage
    return (sum(_even_below(requests, left, right)), -max(stage[left], stage[right]))


def _even_early(requests: _Requests, left: int, right: int) -> tuple[int, ...]:
    stage = requests.stage
    return (sum(_even_below(requests, left, right)), max(stage[left], stage[right]))


_ORDERS: tuple[_Order, ...] = (_as_opened, _even_below, _even_late, _even_early, _even_above)
"""Orders in which joins are tried; the later ones delay as little as possible by each join."""
