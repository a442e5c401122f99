"""Descriptions: the most frequent one wins, the first of equally frequent ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.composition.hint_rules import inconsistent_description
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
        described = [(subgraph, item) for subgraph, item, _ in texts]
        inconsistent_description.report(merge, element, described, best)
    return best
