"""Decide which entity fetches of one subgraph travel in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
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
    pairs = _pairs(nodes)
    best = _joined(_Requests(nodes), pairs, _ORDERS[0])
    least = _fewest(nodes)
    if len(nodes) <= MANY:
        for order in _ORDERS[1:]:
            if len(best.members) == least:
                break
            other = _joined(_Requests(nodes), pairs, order)
            if len(other.members) < len(best.members):
                best = other
    return best.in_order()


def _pairs(nodes: list[FetchNode]) -> list[_Pair]:
    """The numbers of all fetches that have in common what they must to travel together."""
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        if not node.root:
            buckets[_bucket(node)].append(number)
    return sorted(pair for bucket in buckets.values() for pair in combinations(bucket, 2))


def _joined(requests: _Requests, pairs: list[_Pair], order: _Order | None) -> _Requests:
    """Join requests while any may be joined, taking those that come first in `order`."""
    members = requests.members
    joined = -1
    while joined != len(members):
        joined = len(members)
        for left, right in _sorted(pairs, requests, order):
            if left in members and right in members and requests.may_join(left, right):
                requests.join(left, right)
        pairs = [(left, right) for left, right in pairs if left in members and right in members]
    return requests


def _sorted(pairs: list[_Pair], requests: _Requests, order: _Order | None) -> list[_Pair]:
    """The pairs by `order`; those that are equal by it stay as they are."""
    if order is None:
        return pairs
    rest, stage = requests.rest, requests.stage
    by_rest, by_stage, by_latest = order
    ranks = [
        by_rest * abs(rest[left] - rest[right])
        + by_stage * abs(stage[left] - stage[right])
        + by_latest * max(stage[left], stage[right])
        for left, right in pairs
    ]
    return [pair for _rank, pair in sorted(zip(ranks, pairs, strict=True))]


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

    A request is named by the number of its first fetch in topological order; tables are by that
    number. `own`, `above` and `below` are bit masks of fetches: its own, those that it waits for,
    and those that wait for it. Requests are in them with all of their fetches or with none.
    `stage` and `rest` count the requests of the longest chain that ends in it, and of the longest
    one that begins below it. `named` is the mask of all requests' names.
    """

    nodes: InitVar[list[FetchNode]]
    members: dict[int, list[FetchNode]] = field(default_factory=dict)
    waits: list[set[int]] = field(default_factory=list)
    awaited: list[set[int]] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    stage: list[int] = field(default_factory=list)
    rest: list[int] = field(default_factory=list)
    named: int = 0
    stages: int = 0

    def __post_init__(self, nodes: list[FetchNode]) -> None:
        at = {node.id: number for number, node in enumerate(nodes)}
        self.members = {number: [node] for number, node in enumerate(nodes)}
        self.waits = [{at[other] for other in node.depends_on} for node in nodes]
        self.awaited = [set() for _ in nodes]
        self.own = [1 << number for number in self.members]
        self.above, self.below = [0] * len(nodes), [0] * len(nodes)
        self.stage, self.rest = [1] * len(nodes), [0] * len(nodes)
        self.named = (1 << len(nodes)) - 1
        for number, waits in enumerate(self.waits):
            for other in waits:
                self.awaited[other].add(number)
                self.above[number] |= self.above[other] | self.own[other]
                self.stage[number] = max(self.stage[number], self.stage[other] + 1)
        for number in reversed(self.members):
            for other in self.awaited[number]:
                self.below[number] |= self.below[other] | self.own[other]
                self.rest[number] = max(self.rest[number], self.rest[other] + 1)
        self.stages = max(self.stage, default=0)

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
        self.named &= ~(1 << gone)
        self.own[kept] |= self.own[gone]
        for near, far in ((self.waits, self.awaited), (self.awaited, self.waits)):
            for other in near[gone]:
                far[other].discard(gone)
                far[other].add(kept)
            near[kept] |= near[gone]
        for there, back in ((self.above, self.below), (self.below, self.above)):
            # Whoever is beyond one of the two is now reached from all that either reached.
            there[kept] |= there[gone]
            reached = there[kept] | self.own[kept]
            beyond = (back[kept] | back[gone]) & self.named
            while beyond:
                lowest = beyond & -beyond
                there[lowest.bit_length() - 1] |= reached
                beyond ^= lowest
        self._lengthen(self.stage, self.awaited, kept, self.stage[gone])
        self._lengthen(self.rest, self.waits, kept, self.rest[gone])

    @staticmethod
    def _lengthen(lengths: list[int], onward: list[set[int]], start: int, least: int) -> None:
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


_Pair = tuple[int, int]

_Order = tuple[int, int, int]
"""In which order joins are tried: those of least rank first. The weights are those of how much
longer the chain below one request is than that below the other, of the same above them, and of the
stage of the later one."""

_FIRST = 1 << 20
"""The weight of what decides before all that has weight 1: more than any chain is long."""

_ORDERS: tuple[_Order | None, ...] = (
    None,
    (_FIRST, 1, 0),
    (_FIRST, _FIRST, -1),
    (_FIRST, _FIRST, 1),
    (1, _FIRST, 0),
)
"""As fetches were opened, and then so that each join delays as little as possible: what is below
alike, both alike and late, both alike and early, what is above alike."""
