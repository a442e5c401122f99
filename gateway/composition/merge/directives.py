"""Directives applied to elements: which ones a supergraph keeps, and how their arguments merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.composition.hint_rules import (
    inconsistent_non_repeatable_directive_arguments,
    merged_non_repeatable_directive_arguments,
)
from gateway.composition.merge.context import Located, Merge
from gateway.composition.merge.strategies import (
    conjunction,
    maximum,
    merge_list_size,
)
from gateway.composition.specs import MERGED
from gateway.composition.subgraph import Subgraph
from gateway.composition.values import arguments_meaning
from gateway.supergraph.definitions import Applied, Value
from gateway.supergraph.write import write_applied

BUILT_IN: Final = ("deprecated", "specifiedBy", "oneOf")
_REPEATABLE: Final = frozenset({"tag"})
_SPEC: Final = "1 of a known specification"
_STANDARD: Final = "2 of GraphQL itself"
_COMPOSED: Final = "3 composed by request"


def merge_applied(
    merge: Merge, sources: Iterable[tuple[Subgraph, Located]], element: str
) -> tuple[Applied, ...]:
    """Merge what the subgraphs apply to one element."""
    found: dict[tuple[str, str], list[tuple[Subgraph, Applied]]] = {}
    for subgraph, item in sources:
        for applied in item.directives:
            kind = _kind(merge, subgraph, applied)
            if kind is not None:
                name = applied.spec or applied.name
                found.setdefault((kind, name), []).append((subgraph, applied))
    result: list[Applied] = []
    for (kind, name), applications in sorted(found.items(), key=lambda entry: entry[0]):
        spec = name if kind == _SPEC else None
        repeatable = name in _REPEATABLE
        if kind == _COMPOSED:
            repeatable = merge.carried.composed[name].definition.repeatable
        local = merge.carried.name(name) if spec else name
        result += _merge_one(merge, local, spec, applications, element, repeatable=repeatable)
    return tuple(result)


def _kind(merge: Merge, subgraph: Subgraph, applied: Applied) -> str | None:
    """Why a supergraph carries an application; None if it does not."""
    if applied.spec is not None:
        return _SPEC if applied.spec in MERGED else None
    if applied.name in BUILT_IN:
        return _STANDARD
    return _COMPOSED if merge.carried.composes(subgraph, applied) else None


def _merge_one(
    merge: Merge,
    name: str,
    spec: str | None,
    found: list[tuple[Subgraph, Applied]],
    element: str,
    *,
    repeatable: bool,
) -> list[Applied]:
    if repeatable:
        return union(name, spec, [applied for _, applied in found])
    variants = Counter(arguments_meaning(item.args) for _, item in found)
    if len(variants) == 1:
        return [Applied(name, dict(found[0][1].args), spec)]
    merged = _merged_arguments(spec, [applied.args for _, applied in found])
    applications = [applied for _, applied in found]
    if merged is not None:
        result = Applied(name, merged, spec)
        merged_non_repeatable_directive_arguments.report(merge, element, applications, result)
        return [result]
    best = variants.most_common(1)[0][0]
    chosen = next(item for _, item in found if arguments_meaning(item.args) == best)
    result = Applied(name, dict(chosen.args), spec)
    inconsistent_non_repeatable_directive_arguments.report(merge, element, applications, result)
    return [result]


def union(name: str, spec: str | None, applications: Iterable[Applied]) -> list[Applied]:
    """Distinct applications, in the order of their text."""
    distinct = {write_applied(Applied(name, item.args)): item for item in applications}
    return [Applied(name, dict(distinct[text].args), spec) for text in sorted(distinct)]


def _merged_arguments(spec: str | None, args: list[Mapping[str, Value]]) -> dict[str, Value] | None:
    match spec:
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
