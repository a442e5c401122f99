"""What a resolver may reach while one request is served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import strawberry

from auth.caller import Caller
from subgraphs.serving.lineage import Lineage
from subgraphs.serving.loading import Loaders
from subgraphs.serving.scope import Scope
from subgraphs.systems_of_record.ports import Systems

S = TypeVar("S")
Fetch = Callable[[Sequence[str]], Awaitable[Mapping[str, S]]]
FetchMany = Callable[[Sequence[str]], Awaitable[Mapping[str, tuple[S, ...]]]]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`services` is what a subgraph adds of its own (a workflow engine, an audit trail).

    `lineage` is there where the request asked for it.
    """

    caller: Caller
    correlation_id: str
    systems: Systems
    lineage: Lineage | None
    loaders: Loaders
    services: Any = None
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", Scope(self.caller))

    async def record(
        self, fetch: Fetch[S], key: str | None, visible: Callable[[S], bool] | None = None
    ) -> S | None:
        """A record by key through its loader, or None if absent or not visible to the caller."""
        found = await self.loaders.one(fetch, key)
        if found is None or (visible is not None and not visible(found)):
            return None
        return found

    async def records(self, fetch: FetchMany[S], key: str) -> tuple[S, ...]:
        """The records that belong to a key; the caller's scope was checked on what owns them."""
        return await self.loaders.many(fetch, key)


Info: TypeAlias = strawberry.Info[RequestContext, None]
