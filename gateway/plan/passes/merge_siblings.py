"""Merge entity fetches of one subgraph at one place."""

from __future__ import annotations

from gateway.plan.conditions import either
from gateway.plan.fetch_graph import (
    FetchGraph,
    FetchNode,
    RepresentationDraft,
    Selection,
    contradict,
)


def merge_siblings(graph: FetchGraph) -> None:
    """Merge fetches of the same subgraph at the same path wherever neither waits for the other.

    They arise where different types, or different requirements, lead to the same subgraph. The
    merged fetch waits for what both waited for. Representations of one type are united: that is
    sound because every field of either was going to be obtained anyway, under the same condition.
    """
    changed = True
    while changed:
        changed = False
        ancestors = graph.ancestors()
        seen: dict[tuple[object, ...], list[FetchNode]] = {}
        for node in list(graph.nodes.values()):
            if node.contexts:
                continue
            key = (node.graph, node.path, node.root, node.barrier, node.defer)
            for other in seen.setdefault(key, []):
                apart = node.id not in ancestors[other.id] and other.id not in ancestors[node.id]
                if (
                    apart
                    and _same_identity(node, other)
                    and _told_alike(node, other)
                    and _may_ask_alike(node, other)
                ):
                    _merge(graph, other, node)
                    changed = True
                    break
            if changed:
                break
            seen[key].append(node)


def _same_identity(left: FetchNode, right: FetchNode) -> bool:
    """Whether no type is identified differently: known here, unknown there; other values."""
    if (None in left.representations) != (None in right.representations):
        return False
    return all(
        known.typename == draft.typename and not contradict(known.fields, draft.fields)
        for name, draft in left.representations.items()
        if (known := right.representations.get(name)) is not None
    )


def _told_alike(left: FetchNode, right: FetchNode) -> bool:
    """Whether what either has to be told is there wherever the other finds objects.

    Objects about which something is missing are left out of a request. So a fetch whose inputs are
    there under a condition must not be joined by one that is wanted without it.
    """
    return left.under == right.under or all(
        known.fields == draft.fields
        for name, draft in left.representations.items()
        if (known := right.representations.get(name)) is not None
    )


def _may_ask_alike(left: FetchNode, right: FetchNode) -> bool:
    """Whether what either asks of an interface object may be asked of all objects of both.

    Its subgraph cannot tell concrete types, so nothing can be asked of some objects only.
    """
    if set(left.representations) == set(right.representations):
        return True
    return all(
        selection.trusted
        or static not in right.selections
        or _asked(selection) == _asked(right.selections[static])
        for static, selection in left.selections.items()
    )


def _asked(selection: Selection) -> set[tuple[str, str, str]]:
    return {(use.key, use.name, use.argument_text) for use in selection.uses}


def _merge(graph: FetchGraph, kept: FetchNode, gone: FetchNode) -> None:
    for static, selection in gone.selections.items():
        if static in kept.selections:
            kept.selections[static].absorb(selection)
        else:
            kept.selections[static] = selection
    for name, draft in gone.representations.items():
        known = kept.representations.setdefault(name, RepresentationDraft(draft.typename))
        known.require(tuple(draft.fields))
    kept.types = tuple(dict.fromkeys((*kept.types, *gone.types)))
    kept.use(gone.when)
    kept.under = either(kept.under, gone.under)
    graph.replace(gone.id, kept.id)
