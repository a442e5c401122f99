"""Fetch what a representation is made from whenever the representation is sent."""

from __future__ import annotations

from gateway.plan.fetch_graph import FetchGraph


def widen_conditions(graph: FetchGraph) -> None:
    """Let each fetch run under the conditions of all fetches that take inputs from it.

    A fetch serves several fields, and only some of them may need a requirement; its representations
    are the same for all of them, so what they hold is needed as soon as one of them is.
    """
    ancestors = graph.ancestors()
    for node in sorted(graph.nodes.values(), key=lambda each: -len(ancestors[each.id])):
        for number in node.inputs:
            graph.nodes[number].use(node.when)
