"""What is known about a plan's fetches before any request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.execute.errors import Place, place_of
from gateway.execute.port import FetchDescription, path_text
from gateway.plan.nodes import Fetch, Output, QueryPlan, TypeKind, WireField

_BUILT_IN: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})


@dataclass(frozen=True, slots=True)
class FetchStep:
    """Everything about a fetch that is known before any request: computed once for each plan.

    `needed_by` are the fetches that wait for it. `exact` says that its answer may hold numbers
    that need all their digits.
    """

    fetch: Fetch
    description: FetchDescription
    place: Place
    needed_by: tuple[int, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """A plan's fetches, made ready. `shape` is the whole answer, deferred parts in place.

    `waits_for` has the number of fetches that each has to wait for, `first` are those without any.
    """

    all: tuple[FetchStep, ...]
    shape: Output
    waits_for: tuple[int, ...]
    first: tuple[int, ...]


def prepare_steps(
    plan: QueryPlan, endpoints: Mapping[str, str], shape: Output, *, exact: bool
) -> Steps:
    """Make a plan's fetches ready. `exact` keeps every long number's digits, whatever its type."""
    needed_by: list[list[int]] = [[] for _ in plan.fetches]
    for fetch in plan.fetches:
        for other in set(fetch.depends_on):
            needed_by[other].append(fetch.id)
    steps = tuple(
        FetchStep(
            fetch,
            _description(fetch, endpoints[fetch.subgraph]),
            place_of(fetch, _entity_dependents(plan, fetch, needed_by), shape),
            tuple(needed_by[fetch.id]),
            exact or _holds_custom_scalars(fetch),
        )
        for fetch in plan.fetches
    )
    waits_for = tuple(len(set(fetch.depends_on)) for fetch in plan.fetches)
    first = tuple(index for index, count in enumerate(waits_for) if not count)
    return Steps(steps, shape, waits_for, first)


def _description(fetch: Fetch, url: str) -> FetchDescription:
    if fetch.root is not None:
        path = path_text(fetch.root.target)
    else:
        path = path_text(fetch.entities[0].targets[0]) if fetch.entities else ""
    return FetchDescription(
        fetch.id,
        fetch.subgraph,
        url,
        fetch.kind,
        fetch.operation_name,
        path,
        bool(fetch.entities),
    )


def _entity_dependents(plan: QueryPlan, fetch: Fetch, needed_by: list[list[int]]) -> list[Fetch]:
    """The entity fetches that cannot do without this one. Root fetches only wait for their turn."""
    found: dict[int, Fetch] = {}
    pending = list(needed_by[fetch.id])
    while pending:
        other = plan.fetches[pending.pop()]
        if other.id not in found and other.entities:
            found[other.id] = other
            pending += needed_by[other.id]
    return list(found.values())


def _holds_custom_scalars(fetch: Fetch) -> bool:
    stack: list[WireField] = list(fetch.root.selection) if fetch.root is not None else []
    for call in fetch.entities:
        stack += call.selection
    while stack:
        wire = stack.pop()
        if wire.type.kind is TypeKind.SCALAR and wire.type.named not in _BUILT_IN:
            return True
        stack += wire.children
    return False
