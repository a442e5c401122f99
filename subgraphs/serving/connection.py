"""Relay-style connections (GraphQL Cursor Connections Specification), forward only.

Cursors are the systems' own keyset cursors, opaque to clients: a page continues behind the item
that it ended with, also when rows were added or removed in between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry
from graphql import FragmentSpreadNode, InlineFragmentNode

from subgraphs.serving.context import Info
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.lineage import Sourced
from subgraphs.systems_of_record.records.common import OrderBy, Page, PageRequest

N = TypeVar("N")
S = TypeVar("S", bound=Sourced)

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_CURSOR_LENGTH = 1_024


@strawberry.enum(description="The direction of an order.")
class OrderDirection(Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="An item of a list and the cursor that stands behind it.")
class Edge(Generic[N]):
    cursor: str
    node: N


@strawberry.type(description="A page of a list.")
class Connection(Generic[N]):
    edges: list[Edge[N]]
    page_info: PageInfo
    total_count: int | None = strawberry.field(
        description="How many items match; null where the system does not tell."
    )

    @strawberry.field(description="The items without their cursors.")
    def nodes(self) -> list[N]:
        return [edge.node for edge in self.edges]


def page_request(
    info: Info, first: int, after: str | None, field: str | None, direction: OrderDirection | None
) -> PageRequest:
    """The page that arguments ask for; raises `BadInputError` beyond the limits.

    The total is asked for only if the selection wants it: counting costs the system a query.
    """
    if not 1 <= first <= MAX_PAGE_SIZE:
        raise BadInputError(f"'first' is between 1 and {MAX_PAGE_SIZE}.", argument="first")
    if after is not None and len(after) > MAX_CURSOR_LENGTH:
        raise BadInputError("'after' is not a cursor of this list.", argument="after")
    order = OrderBy(field, direction is OrderDirection.DESC) if field else None
    return PageRequest(
        first=first, after=after, order_by=order, with_total=selects(info, "totalCount")
    )


async def connect(
    info: Info,
    page: Awaitable[Page[S]] | Page[S],
    request: PageRequest,
    make: Callable[[S], N],
) -> Connection[N]:
    """The connection over a page of records; every record is noted in the lineage."""
    read = page if isinstance(page, Page) else await page
    for record in read.items:
        info.context.lineage.note(record)
    edges = [
        Edge(cursor=cursor, node=make(record))
        for record, cursor in zip(read.items, read.cursors, strict=True)
    ]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=read.has_next,
            has_previous_page=request.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=read.total,
    )


def selects(info: Info, name: str) -> bool:
    """Whether the field being resolved has a sub-field of this (GraphQL) name selected.

    Conditions (`@skip`, `@include`) are not judged: asking for a little too much is harmless.
    """
    raw = info._raw_info
    pending: list[Any] = list(raw.field_nodes)
    while pending:
        node = pending.pop()
        for each in node.selection_set.selections if node.selection_set else ():
            if isinstance(each, FragmentSpreadNode):
                pending.append(raw.fragments[each.name.value])
            elif isinstance(each, InlineFragmentNode):
                pending.append(each)
            elif each.name.value == name:
                return True
    return False
