"""Descriptions: the most frequent one wins, the first of equally frequent ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Located, Merge
from gateway.composition.subgraph import Subgraph


def merge_description(
    merge: Merge, sources: Sequence[tuple[Subgraph, Located]], element: str
) -> str | None:
    """Return the description of the merged element, with a hint when they differ."""
    texts = [(subgraph, item, item.description) for subgraph, item in sources if item.description]
    counts = Counter(text for _, _, text in texts)
    if not counts:
        return None
    best = counts.most_common(1)[0][0]
    if len(counts) > 1:
        others = [subgraph.name for subgraph, _, text in texts if text != best]
        merge.report.hint(
            HintCode.INCONSISTENT_DESCRIPTION,
            f"{element} is described differently; the text of {in_subgraphs(others)} is not used.",
            *(item.location for _, item, _ in texts),
        )
    return best
