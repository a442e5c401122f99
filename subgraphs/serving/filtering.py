"""From a filter's input type to the system's filter, narrowed to what the caller may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, TypeVar

from subgraphs.serving.errors import BadInputError
from subgraphs.serving.scope import Scope
from subgraphs.systems_of_record.records.common import Page, PageRequest

W = TypeVar("W")
R = TypeVar("R")

# Every value goes into a query of some system: these keep such a query reasonable.
MAX_VALUES = 200
MAX_TEXT_LENGTH = 200


def narrow(kind: type[W], given: object | None, scope: Scope, **fixed: Any) -> W:
    """A filter of `kind` with the input's values, never wider than the caller's scope.

    Input fields have the filter's names; those left out or null do not restrict. `regions` and
    `legal_entities` are always bounded by the claims. `fixed` values win over the input's.
    """
    values: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]
        asked = fixed.get(each.name, getattr(given, each.name, None))
        _check(each.name, asked)
        if each.name == "regions":
            values[each.name] = scope.regions(asked)
        elif each.name == "legal_entities":
            values[each.name] = scope.legal_entities(asked)
        elif asked is not None:
            values[each.name] = tuple(asked) if isinstance(asked, list) else asked
    return kind(**values)


async def read_page(
    fetch: Callable[[W, PageRequest], Awaitable[Page[R]]], where: W, request: PageRequest
) -> Page[R]:
    """The page, without asking the system when the caller's scope leaves nothing to find."""
    bounds = (getattr(where, name, None) for name in ("regions", "legal_entities"))
    if any(bound == () for bound in bounds):
        return Page(items=(), cursors=(), has_next=False, total=0 if request.with_total else None)
    return await fetch(where, request)


def _check(name: str, asked: Any) -> None:
    values = asked if isinstance(asked, list) else [asked]
    if len(values) > MAX_VALUES:
        raise BadInputError(f"'{name}' takes at most {MAX_VALUES} values.", argument=name)
    if any(isinstance(each, str) and len(each) > MAX_TEXT_LENGTH for each in values):
        raise BadInputError(f"A value of '{name}' is too long.", argument=name)
