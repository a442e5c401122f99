"""Drop dependencies that others imply."""

from __future__ import annotations

from gateway.plan.fetch_graph import FetchGraph


def reduce_dependencies(graph: FetchGraph) -> None:
    """Keep, of each fetch's dependencies, only those that no other of them already waits for."""
    ancestors = graph.ancestors()
    for node in graph.nodes.values():
        implied: set[int] = set()
        for other in node.depends_on:
            implied |= ancestors[other]
        node.depends_on -= implied
