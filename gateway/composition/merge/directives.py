"""Directives applied to elements: which ones a supergraph keeps, and how their arguments merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Located, Merge
from gateway.composition.merge.strategies import (
    conjunction,
    maximum,
    merge_list_size,
)
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, Value
from gateway.supergraph.write import write_applied

BUILT_IN: Final = ("deprecated", "specifiedBy", "oneOf")
MERGED: Final = (
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
)
"""Directives of known specifications that the supergraph carries under their own names."""
_REPEATABLE: Final = frozenset({"tag"})


def merge_applied(
    merge: Merge, sources: Iterable[tuple[Subgraph, Located]], element: str
) -> tuple[Applied, ...]:
    """Merge what the subgraphs apply to one element."""
    found: dict[str, list[tuple[Subgraph, Applied]]] = {}
    for subgraph, item in sources:
        for applied in item.directives:
            name = applied.spec or applied.name
            if name in MERGED if applied.spec else name in BUILT_IN:
                found.setdefault(name, []).append((subgraph, applied))
    result: list[Applied] = []
    for name in (*MERGED, *BUILT_IN):
        if name in found:
            result += _merge_one(merge, name, found[name], element)
    return tuple(result)


def _merge_one(
    merge: Merge, name: str, found: list[tuple[Subgraph, Applied]], element: str
) -> list[Applied]:
    if name in _REPEATABLE:
        return union(name, [applied for _, applied in found])
    variants = Counter(write_applied(Applied(name, item.args)) for _, item in found)
    if len(variants) == 1:
        return [Applied(name, dict(found[0][1].args))]
    merged = _merged_arguments(name, [applied.args for _, applied in found])
    places = [applied.location for _, applied in found]
    if merged is not None:
        merge.report.hint(
            HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
            f"@{name} on {element} has different arguments; the supergraph has "
            f"{write_applied(Applied(name, merged))}.",
            *places,
        )
        return [Applied(name, merged)]
    best = variants.most_common(1)[0][0]
    merge.report.hint(
        HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        f"@{name} on {element} has different arguments; the supergraph has {best}.",
        *places,
    )
    chosen = next(a for _, a in found if write_applied(Applied(name, a.args)) == best)
    return [Applied(name, dict(chosen.args))]


def union(name: str, applications: Iterable[Applied]) -> list[Applied]:
    """Distinct applications, in the order of their text."""
    distinct = {write_applied(Applied(name, item.args)): item for item in applications}
    return [Applied(name, dict(distinct[text].args)) for text in sorted(distinct)]


def _merged_arguments(name: str, args: list[Mapping[str, Value]]) -> dict[str, Value] | None:
    match name:
        case "requiresScopes":
            return {"scopes": conjunction([item.get("scopes") for item in args])}
        case "policy":
            return {"policies": conjunction([item.get("policies") for item in args])}
        case "cost":
            return {"weight": maximum([item.get("weight") for item in args])}
        case "listSize":
            return merge_list_size(args)
        case _:
            return None
