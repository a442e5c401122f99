"""The REST manner of Kantata: resources as `.json`, page numbers, ids with their objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from subgraphs.systems_of_record.codec import Codec, parse_instant, snake_case
from subgraphs.systems_of_record.connectors.matching import matches
from subgraphs.systems_of_record.connectors.searching import (
    Entity,
    Found,
    Row,
    Search,
    Searcher,
    decoded,
)
from subgraphs.systems_of_record.cursors import value_text
from subgraphs.systems_of_record.errors import Conflict, Missing, Refused
from subgraphs.systems_of_record.http import Answer, Call, Dialect, Problem, SystemClient
from subgraphs.systems_of_record.pagers import by_page_number
from subgraphs.systems_of_record.query.predicates import Compare, Contains, In, Or, Predicate
from subgraphs.systems_of_record.records import erp, psa
from subgraphs.systems_of_record.records.common import Source, System

R = TypeVar("R")
BASE = "/api/v1"
PER_PAGE = 200
CODEC = Codec(snake_case)
_SUFFIXES = {"=": "", "<": "_lt", "<=": "_lte", ">": "_gt", ">=": "_gte"}


def _problem(response: httpx.Response, body: Any) -> Problem:
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else {}
    version = first.get("lock_version") if isinstance(first, dict) else None
    if not isinstance(first, dict):
        return Problem()
    return Problem(
        str(first.get("type", "")),
        str(first.get("message", "")),
        None if version is None else str(version),
    )


DIALECT = Dialect(
    system=System.PSA,
    token_path="/oauth/token",  # noqa: S106
    problem=_problem,
    idempotency_header="x-idempotency-key",
)


def _decoder(cls: type[R]) -> Callable[[Row], R]:
    def decode(row: Row) -> R:
        source = Source(
            System.PSA,
            row["id"],
            str(row["lock_version"]),
            parse_instant(row["updated_at"]),
            datetime.now(UTC),
        )
        return CODEC.decode(cls, row, source)

    return decode


def _entity(name: str, cls: type[R], orders: str = "", numbers: str = "") -> Entity[R]:
    paths = {order: order for order in orders.split()}
    for number in numbers.split():
        paths[number] = f"{number}.amount" if number == "amount" else number
    paths["modified_at"] = "updated_at"
    return Entity(name, _decoder(cls), "id", paths, frozenset(numbers.split()))


PROJECT = _entity("projects", psa.DeliveryProject, "name start_date end_date")
TASK = _entity("tasks", psa.Task)
SKILL = _entity("skills", psa.Skill)
RESOURCE = _entity("resources", psa.Resource, "name role")
ASSIGNMENT = _entity("assignments", psa.Assignment, "start_date end_date")
CAPACITY_PLAN = _entity("capacity_plans", psa.CapacityPlan)
TIME_ENTRY = _entity("time_entries", psa.TimesheetEntry, "worked_on", "hours")
EXPENSE = _entity("expenses", psa.Expense, "incurred_on", "amount")
ACCEPTANCE = _entity("acceptances", psa.MilestoneAcceptance)
RATE_CARD = _entity("rate_cards", erp.PublishedRateCard)


class Kantata:
    """The protocol, without knowledge of what the resources mean."""

    def __init__(self, client: SystemClient) -> None:
        self.client = client
        self.searcher = Searcher(System.PSA, self._search)

    async def _search(self, search: Search) -> Found:
        direction = "desc" if search.order.descending else "asc"
        params = [("order", f"{search.order.path}:{direction}")]
        for condition in search.conditions:
            params.extend(_parameters(condition))
        if search.after is not None:
            value, id = search.after
            text = json.dumps([value_text(value), id])
            params.append(("starting_after", text))
        per_page = PER_PAGE if search.limit is None else min(search.limit, PER_PAGE)

        async def fetch(number: int) -> Any:
            paged = [*params, ("page", str(number)), ("per_page", str(per_page))]
            call = Call(search.operation, "GET", f"{BASE}/{search.entity}.json", paged)
            body = (await self.client.read(call)).body
            return decoded(System.PSA, search.operation, _checked, body)

        rows: list[Row] = []
        async for body in by_page_number(fetch, lambda body: body["meta"]["page_count"], 1):
            rows.extend(_rows(body))
            if search.limit is not None and len(rows) >= search.limit:
                break
        return Found(rows[: search.limit], body["count"])

    async def get(self, operation: str, path: str, params: list[tuple[str, str]]) -> Any:
        """The body of any resource."""
        answer = await self.client.read(Call(operation, "GET", f"{BASE}/{path}.json", params))
        return answer.body

    async def find(self, entity: Entity[R], field: str, value: str) -> R | None:
        """The object with this external reference, or None."""
        found = await self.searcher.one_each(entity, field, field, [value])
        return found.get(value)

    async def put(
        self,
        entity: Entity[R],
        reference: tuple[str, str],
        draft: Any,
        key: str,
        expected_version: str | None,
        revived: Mapping[str, Any],
    ) -> R:
        """Create by external reference, match, revive what was cancelled, or change a version.

        `reference` is the field and value that identify; `revived` the fields that make live.
        """
        operation = f"put {entity.name}"
        body = CODEC.encode(draft)
        if expected_version is not None:
            found: Any = await self.find(entity, *reference)
            if found is None:
                raise Missing(System.PSA, operation, f"there is none for {reference[1]}")
            return await self.change(entity, found.id, {**body, **revived}, key, expected_version)
        try:
            return await self.create(entity, body, key)
        except Refused as refusal:
            if refusal.code != "taken":
                raise
        current: Any = await self.find(entity, *reference)
        if current is None:
            raise Conflict(System.PSA, operation, "the reference is taken", None)
        version = current.source.version
        if current.state == "CANCELLED":
            return await self.change(
                entity, current.id, {**body, **revived}, f"{key}:revive", version
            )
        if not matches(current, draft):
            raise Conflict(System.PSA, operation, "it exists with other content", version)
        record: R = current
        return record

    async def create(self, entity: Entity[R], body: Mapping[str, Any], key: str) -> R:
        """Create an object."""
        path = f"{BASE}/{entity.name}.json"
        call = Call(f"create {entity.name}", "POST", path, (), dict(body))
        return await self._write(entity, call, key)

    async def change(
        self,
        entity: Entity[R],
        id: str,
        body: Mapping[str, Any],
        key: str,
        expected_version: str | None,
    ) -> R:
        """Change an object, at a version if one is given."""
        headers = {} if expected_version is None else {"if-match": f'"{expected_version}"'}
        path = f"{BASE}/{entity.name}/{quote(id, safe='')}.json"
        call = Call(f"change {entity.name}", "PUT", path, (), dict(body), headers)
        return await self._write(entity, call, key)

    async def cancel(self, entity: Entity[R], field: str, value: str, key: str) -> R | None:
        """Withdraw the object with this external reference; None if there is none."""
        found: Any = await self.find(entity, field, value)
        if found is None or found.state == "CANCELLED":
            return found  # type: ignore[no-any-return]
        path = f"{BASE}/{entity.name}/{quote(found.id, safe='')}/cancel.json"
        return await self._write(entity, Call(f"cancel {entity.name}", "POST", path), key)

    async def set_entries(
        self, action: str, body: Mapping[str, Any], key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """Move time entries to another state. Repeating it changes nothing more."""
        operation = f"{action} time_entries"
        path = f"{BASE}/time_entries/{action}.json"
        answer = await self.client.write(Call(operation, "POST", path, (), dict(body)), key)

        def read(found: Any) -> tuple[psa.TimesheetEntry, ...]:
            return tuple(TIME_ENTRY.decode(row) for row in _rows(found))

        return decoded(System.PSA, operation, read, answer.body)

    async def _write(self, entity: Entity[R], call: Call, key: str) -> R:
        async def lookup() -> Answer | None:
            path = f"{BASE}/idempotency_keys/{quote(key, safe='')}.json"
            try:
                return await self.client.read(Call(call.operation, "GET", path))
            except Missing:
                return None

        answer = await self.client.write(call, key, lookup)

        def read(body: Any) -> R:
            return entity.decode(_rows(body)[0])

        return decoded(System.PSA, call.operation, read, answer.body)


def _parameters(condition: Predicate) -> list[tuple[str, str]]:
    match condition:
        case In(path, values):
            return [(f"{path}[]", str(value)) for value in values]
        case Compare(path, operator, value) if operator in _SUFFIXES:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            return [(path + _SUFFIXES[operator], text)]
        case Contains(path, text):
            return [(f"{path}_like", text)]
        case Or(parts) if parts and all(isinstance(part, Contains) for part in parts):
            contained = [part for part in parts if isinstance(part, Contains)]
            return [(f"{contained[0].path}_any_like", "|".join(p.text for p in contained))]
    raise ValueError(f"the system cannot be asked for {condition!r}")


def _rows(body: Any) -> list[Row]:
    return [body[result["key"]][result["id"]] for result in body["results"]]


def _checked(body: Any) -> Any:
    if not isinstance(body["results"], list) or not isinstance(body["meta"]["page_count"], int):
        raise TypeError("no list")
    return body
