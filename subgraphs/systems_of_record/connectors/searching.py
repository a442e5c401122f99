"""What all connectors' reads have in common: batches by key, pages by cursor.

A connector says how its system is searched (`Search` in, `Found` out) and how a row becomes a
record; the rest is here. Keys are asked for in chunks, so that the number of calls grows with
hundreds of keys, not with keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.cursors import (
    InvalidCursorError,
    Position,
    cursor_of,
    position_in,
    value_text,
)
from subgraphs.systems_of_record.errors import Refused, Retryable
from subgraphs.systems_of_record.query.predicates import (
    Compare,
    In,
    Order,
    Predicate,
    Scalar,
    behind,
    conjunction,
)
from subgraphs.systems_of_record.records.common import OrderBy, Page, PageRequest, System

R = TypeVar("R")
Row: TypeAlias = Mapping[str, Any]
KEYS_PER_CALL = 200
MAX_FIRST = 500


@dataclass(frozen=True, slots=True)
class Entity(Generic[R]):
    """A kind of object of a system, as the connector reads it.

    `orders` maps the record's fields that lists can be ordered by to the system's paths;
    `numeric` names those among them that compare as numbers.
    """

    name: str
    decode: Callable[[Row], R]
    id_path: str
    orders: Mapping[str, str] = field(default_factory=dict)
    numeric: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of a system: all matching rows, or the first `limit` behind a position."""

    operation: str
    entity: str
    conditions: tuple[Predicate, ...]
    order: Order
    id_path: str
    after: tuple[Scalar, str] | None = None
    limit: int | None = None
    count: bool = False

    def condition(self) -> Predicate | None:
        """All conditions as one, with the position for systems that take it as a condition."""
        position = None
        if self.after is not None:
            position = behind(self.order, self.after[0], self.id_path, self.after[1])
        return conjunction((*self.conditions, position))


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that a system answered with; `total` is meant only if it was asked to count."""

    rows: Sequence[Row]
    total: int | None = None


class Searcher:
    """Reads of one system, on top of its way to search."""

    def __init__(self, system: System, search: Callable[[Search], Awaitable[Found]]) -> None:
        self._system = system
        self._search = search

    async def by_id(self, entity: Entity[R], ids: Sequence[str]) -> dict[str, R]:
        """Records by id; ids that do not exist are absent."""
        return await self.one_each(entity, entity.id_path, "id", ids)

    async def one_each(
        self, entity: Entity[R], path: str, attribute: str, keys: Sequence[str]
    ) -> dict[str, R]:
        """At most one record for each key, where `path` has it; `attribute` is its field."""
        records = await self._by_keys(entity, path, keys)
        return {getattr(record, attribute): record for record in records}

    async def many_each(
        self, entity: Entity[R], path: str, attribute: str, keys: Sequence[str]
    ) -> dict[str, tuple[R, ...]]:
        """The records of each key, by id; an empty tuple where there is none."""
        grouped: dict[str, list[R]] = {key: [] for key in keys}
        for record in await self._by_keys(entity, path, keys):
            grouped[getattr(record, attribute)].append(record)
        return {key: tuple(records) for key, records in grouped.items()}

    async def everything(self, entity: Entity[R], *conditions: Predicate) -> dict[str, R]:
        """All records that meet the conditions, by id. For short lists only."""
        records = await self._all(entity, conditions)
        return {record.id: record for record in records}  # type: ignore[attr-defined]

    async def page(
        self, entity: Entity[R], conditions: Sequence[Predicate | None], request: PageRequest
    ) -> Page[R]:
        """One page of a list. Raises Refused on a bad order or cursor."""
        operation = f"list {entity.name}"
        order = request.order_by or OrderBy("id")
        path = entity.id_path if order.field == "id" else entity.orders.get(order.field)
        if path is None:
            raise Refused(self._system, operation, f"no order by {order.field}", "INVALID_ORDER")
        if not 0 <= request.first <= MAX_FIRST:
            raise Refused(self._system, operation, f"first is 0 to {MAX_FIRST}", "INVALID_PAGE")
        search = Search(
            operation=operation,
            entity=entity.name,
            conditions=tuple(c for c in conditions if c is not None),
            order=Order(path, order.descending),
            id_path=entity.id_path,
            after=self._after(operation, entity, request.after, order),
            # One more than wanted tells whether there is a next page.
            limit=request.first + 1,
            count=request.with_total and request.after is None,
        )
        found = await self._search(search)
        # Some systems always count, but what they count are then the rows behind the position.
        total = found.total if search.count else None
        if request.with_total and request.after is not None:
            # The total is of the whole list, wherever the page starts.
            total = (await self._search(replace(search, after=None, limit=1, count=True))).total
        records = [self._decode(operation, entity, row) for row in found.rows[: request.first]]
        cursors = tuple(cursor_of(order, _position(record, order)) for record in records)
        more = len(found.rows) > request.first
        return Page(tuple(records), cursors, more, total)

    def _after(
        self, operation: str, entity: Entity[R], cursor: str | None, order: OrderBy
    ) -> tuple[Scalar, str] | None:
        if cursor is None:
            return None
        numeric = order.field in entity.numeric
        try:
            position = position_in(cursor, order, numeric)
        except InvalidCursorError as error:
            raise Refused(self._system, operation, str(error), "INVALID_CURSOR") from error
        value: Scalar = Decimal(position.value) if numeric else position.value
        return value, position.id

    async def _by_keys(self, entity: Entity[R], path: str, keys: Sequence[str]) -> list[R]:
        unique = list(dict.fromkeys(keys))
        chunks = [unique[i : i + KEYS_PER_CALL] for i in range(0, len(unique), KEYS_PER_CALL)]
        found = await asyncio.gather(
            *(self._all(entity, (In(path, tuple(chunk)),)) for chunk in chunks)
        )
        return [record for records in found for record in records]

    async def _all(self, entity: Entity[R], conditions: Sequence[Predicate]) -> list[R]:
        operation = f"read {entity.name}"
        order = Order(entity.id_path)
        search = Search(operation, entity.name, tuple(conditions), order, entity.id_path)
        found = await self._search(search)
        return [self._decode(operation, entity, row) for row in found.rows]

    def _decode(self, operation: str, entity: Entity[R], row: Row) -> R:
        return decoded(self._system, operation, entity.decode, row)


def decoded(system: System, operation: str, decode: Callable[[Row], R], row: Any) -> R:
    """The record in a row. A row that makes no sense may be a passing fault: Retryable."""
    try:
        return decode(row)
    except (MalformedDocumentError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Retryable(system, operation, "the answer is malformed") from error


def one_of(path: str, values: Sequence[Any] | None) -> Predicate | None:
    """Any of these values; no condition where there are none."""
    return In(path, tuple(str(value) for value in values)) if values else None


def compared(path: str, operator: Any, value: Any) -> Predicate | None:
    """A comparison; no condition where the value is None."""
    if value is None:
        return None
    return Compare(path, operator, value if isinstance(value, bool) else value_text(value))


def between(path: str, first: Any, last: Any) -> tuple[Predicate | None, ...]:
    """From one day to another, both included; rows without a day are in no range."""
    present = Compare(path, ">", "") if last is not None and first is None else None
    return compared(path, ">=", first), compared(path, "<=", last), present


def out_of_reach(*scopes: Sequence[str] | None) -> bool:
    """Whether a caller's scope is empty, so that no row can be theirs."""
    return any(scope is not None and not scope for scope in scopes)


NOTHING: Page[Any] = Page((), (), has_next=False, total=0)


def _position(record: Any, order: OrderBy) -> Position:
    if order.field == "modified_at":
        value = record.source.modified_at
    else:
        value = getattr(record, order.field)
    return Position(value_text(value), record.id)
