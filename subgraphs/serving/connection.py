"""Relay-style connections (GraphQL Cursor Connections Specification), forward only.

Cursors are the systems' own keyset cursors, opaque to clients: a page continues behind the item
that it ended with, also when rows were added or removed in between.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Generic, Protocol, TypeVar

import strawberry

from subgraphs.serving.context import Info
from subgraphs.serving.enums import describe
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.selection import selects
from subgraphs.systems_of_record.records.common import OrderBy, Page, PageRequest

N = TypeVar("N")


class Identified(Protocol):
    """A record with an id of its own."""

    @property
    def id(self) -> str: ...


S = TypeVar("S", bound=Identified)

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_CURSOR_LENGTH = 1_024


class OrderDirection(Enum):
    """Upwards or downwards."""

    ASC = "ASC"
    DESC = "DESC"


describe(
    OrderDirection,
    "The direction of an order.",
    {
        "ASC": "The smallest first.",
        "DESC": "The largest first.",
    },
)


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


class Ordering(Protocol):
    """An order's input type: `field` is an enum whose values are names of the record's fields."""

    @property
    def field(self) -> Enum: ...

    @property
    def direction(self) -> OrderDirection: ...


def page_request(
    info: Info, first: int, after: str | None, order: Ordering | None = None
) -> PageRequest:
    """The page that arguments ask for; raises `BadInputError` beyond the limits.

    The total is asked for only if the selection wants it: counting costs the system a query.
    """
    if not 1 <= first <= MAX_PAGE_SIZE:
        raise BadInputError(f"'first' is between 1 and {MAX_PAGE_SIZE}.", argument="first")
    if after is not None and len(after) > MAX_CURSOR_LENGTH:
        raise BadInputError("'after' is not a cursor of this list.", argument="after")
    order_by = None
    if order is not None:
        order_by = OrderBy(order.field.value, order.direction is OrderDirection.DESC)
    total = selects(info, "totalCount")
    return PageRequest(first=first, after=after, order_by=order_by, with_total=total)


async def connect(
    page: Awaitable[Page[S]] | Page[S],
    request: PageRequest,
    make: Callable[[S], N],
) -> Connection[N]:
    """The connection over a page of records."""
    read = page if isinstance(page, Page) else await page
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


def page_of(
    items: Sequence[S], key: Callable[[S], str], request: PageRequest, *, descending: bool = False
) -> Page[S]:
    """A page of items that are all at hand, ordered by a text key and the id (keyset paging).

    For the short lists that belong to one object and are read for many objects in one call.
    Raises `BadInputError` for a cursor that is not of such a list.
    """
    ordered = sorted(items, key=lambda each: (key(each), each.id), reverse=descending)
    if request.after is not None:
        behind = _read_cursor(request.after)
        ordered = [
            each
            for each in ordered
            if ((key(each), each.id) < behind if descending else (key(each), each.id) > behind)
        ]
    chosen = ordered[: request.first]
    return Page(
        items=tuple(chosen),
        cursors=tuple(_write_cursor(key(each), each.id) for each in chosen),
        has_next=len(ordered) > len(chosen),
        total=len(items),
    )


def _write_cursor(key: str, identity: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([key, identity]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor.encode())):
            case [str(key), str(identity)]:
                return key, identity
    except (ValueError, RecursionError):
        pass
    raise BadInputError("'after' is not a cursor of this list.", argument="after")
