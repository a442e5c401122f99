"""The CRM port over Salesforce's REST API: SOQL, sObject rows, ETags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.codec import parse_instant
from subgraphs.systems_of_record.connectors.feeding import change_page, start_of
from subgraphs.systems_of_record.connectors.searching import (
    NOTHING,
    Entity,
    Found,
    Row,
    Search,
    Searcher,
    between,
    compared,
    decoded,
    one_of,
    out_of_reach,
)
from subgraphs.systems_of_record.errors import Conflict, Missing
from subgraphs.systems_of_record.http import Answer, Call, Dialect, Problem, SystemClient
from subgraphs.systems_of_record.pagers import by_opaque_url
from subgraphs.systems_of_record.query import soql
from subgraphs.systems_of_record.query.predicates import Contains, Order
from subgraphs.systems_of_record.records.common import ChangePage, Page, PageRequest, Source, System
from subgraphs.systems_of_record.records.crm import CreditStatus, Customer, Opportunity
from subgraphs.systems_of_record.salesforce_rows import (
    ACCOUNT_FIELDS,
    OPPORTUNITY_FIELDS,
    customer_in,
    opportunity_in,
)

BASE = "/services/data/v62.0"


def _problem(response: httpx.Response, body: Any) -> Problem:
    first = body[0] if isinstance(body, list) and body and isinstance(body[0], dict) else {}
    version = response.headers.get("etag")
    return Problem(
        str(first.get("errorCode", "")),
        str(first.get("message", "")),
        version.strip('"') if version else None,
    )


DIALECT = Dialect(
    system=System.CRM,
    token_path="/services/oauth2/token",  # noqa: S106
    problem=_problem,
    # A spent quota is a 403 here.
    throttle_codes=frozenset({"REQUEST_LIMIT_EXCEEDED"}),
)


def _source(row: Row) -> Source:
    return Source(
        System.CRM,
        row["Id"],
        str(row["RowVersion__c"]),
        parse_instant(row["SystemModstamp"]),
        datetime.now(UTC),
    )


def _orders(fields: Mapping[str, str], names: str) -> dict[str, str]:
    return {name: fields[name] for name in names.split()}


CUSTOMER: Entity[Customer] = Entity(
    "Account",
    lambda row: customer_in(row, _source(row)),
    "Id",
    _orders(ACCOUNT_FIELDS, "name account_number modified_at"),
)
OPPORTUNITY: Entity[Opportunity] = Entity(
    "Opportunity",
    lambda row: opportunity_in(row, _source(row)),
    "Id",
    _orders(OPPORTUNITY_FIELDS, "name close_date amount modified_at"),
    frozenset({"amount"}),
)
_SELECTED = {
    "Account": (*ACCOUNT_FIELDS.values(), "RowVersion__c"),
    "Opportunity": (*OPPORTUNITY_FIELDS.values(), "RowVersion__c"),
}


class SalesforceCrm:
    """Implements `ports.Crm`."""

    def __init__(self, client: SystemClient) -> None:
        self._client = client
        self._searcher = Searcher(System.CRM, self._search)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ping(self) -> None:
        """See the port."""
        await self._client.read(Call("ping", "GET", f"{BASE}/events", [("limit", "1")]))

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """See the port."""
        start = start_of(System.CRM, after)
        params = [("replayId", start), ("limit", str(limit))]
        answer = await self._client.read(Call("changes", "GET", f"{BASE}/events", params))
        read: Callable[[Any], ChangePage] = lambda body: change_page(  # noqa: E731
            System.CRM, body["events"], start, limit
        )
        return decoded(System.CRM, "changes", read, answer.body)

    async def customers(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        """See the port."""
        return await self._searcher.by_id(CUSTOMER, ids)

    async def children(self, ids: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """See the port."""
        return await self._searcher.many_each(CUSTOMER, "ParentId", "parent_id", ids)

    async def list_customers(
        self, where: filters.CustomerFilter, page: PageRequest
    ) -> Page[Customer]:
        """See the port."""
        if out_of_reach(where.regions):
            return NOTHING
        conditions = (
            one_of("Region__c", where.regions),
            one_of("Type", where.statuses),
            one_of("CreditStatus__c", where.credit_statuses),
            compared("ParentId", "=", where.parent_id),
            compared("UltimateParentId__c", "=", where.ultimate_parent_id),
            Contains("Name", where.name_contains) if where.name_contains else None,
        )
        return await self._searcher.page(CUSTOMER, conditions, page)

    async def opportunities(self, ids: Sequence[str]) -> Mapping[str, Opportunity]:
        """See the port."""
        return await self._searcher.by_id(OPPORTUNITY, ids)

    async def opportunities_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[Opportunity, ...]]:
        """See the port."""
        return await self._searcher.many_each(OPPORTUNITY, "AccountId", "customer_id", customer_ids)

    async def list_opportunities(
        self, where: filters.OpportunityFilter, page: PageRequest
    ) -> Page[Opportunity]:
        """See the port."""
        if out_of_reach(where.regions):
            return NOTHING
        conditions = (
            one_of("Region__c", where.regions),
            one_of("AccountId", where.customer_ids),
            one_of("StageName", where.stages),
            *between("CloseDate", where.closes_from, where.closes_to),
        )
        return await self._searcher.page(OPPORTUNITY, conditions, page)

    async def set_credit_status(
        self,
        customer_id: str,
        status: CreditStatus,
        *,
        key: str,
        expected_version: str | None = None,
    ) -> Customer:
        """See the port. The org knows no idempotency key: the status itself tells."""
        headers = {} if expected_version is None else {"if-match": f'"{expected_version}"'}
        path = f"{BASE}/sobjects/Account/{customer_id}"
        body = {"CreditStatus__c": status.value}

        async def lookup() -> Answer | None:
            current = (await self.customers([customer_id])).get(customer_id)
            settled = current is not None and current.credit_status is status
            return Answer(204, None) if settled else None

        call = Call("set credit status", "PATCH", path, (), body, headers)
        try:
            await self._client.write(call, key, lookup)
        except Conflict:
            # Our own first attempt may be what changed the version.
            if await lookup() is None:
                raise
        found = await self.customers([customer_id])
        if customer_id not in found:
            raise Missing(System.CRM, "set credit status", "the customer does not exist")
        return found[customer_id]

    async def _search(self, search: Search) -> Found:
        statement = soql.select(
            _SELECTED[search.entity],
            search.entity,
            search.condition(),
            [search.order, Order(search.id_path)]
            if search.order.path != search.id_path
            else [search.order],
            search.limit,
        )

        async def fetch(url: str | None) -> Any:
            call = Call(search.operation, "GET", f"{BASE}/query", [("q", statement)])
            if url is not None:
                call = Call(search.operation, "GET", url)
            body = (await self._client.read(call)).body
            return decoded(System.CRM, search.operation, _checked, body)

        rows: list[Row] = []
        async for body in by_opaque_url(fetch, lambda body: body.get("nextRecordsUrl")):
            rows.extend(body["records"])
        return Found(rows, await self._count(search) if search.count else None)

    async def _count(self, search: Search) -> int:
        statement = soql.count(search.entity, search.condition())
        call = Call(search.operation, "GET", f"{BASE}/query", [("q", statement)])
        body = (await self._client.read(call)).body
        return int(decoded(System.CRM, search.operation, _checked, body)["totalSize"])


def _checked(body: Any) -> Any:
    if not isinstance(body["records"], list) or not isinstance(body["totalSize"], int):
        raise TypeError("no query result")
    return body
