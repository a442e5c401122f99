"""OData v4 in the manner of Dynamics 365: searching entity sets, writing by alternate key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from subgraphs.systems_of_record.codec import Codec, parse_instant, pascal_case
from subgraphs.systems_of_record.connectors.matching import matches
from subgraphs.systems_of_record.connectors.searching import (
    Entity,
    Found,
    Row,
    Search,
    Searcher,
    decoded,
)
from subgraphs.systems_of_record.errors import Conflict, Missing
from subgraphs.systems_of_record.http import Answer, Call, Dialect, Problem, SystemClient
from subgraphs.systems_of_record.pagers import by_opaque_url
from subgraphs.systems_of_record.query import odata
from subgraphs.systems_of_record.query.predicates import Order
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import Source, System

R = TypeVar("R")
CODEC = Codec(pascal_case)


def _problem(response: httpx.Response, body: Any) -> Problem:
    error = body.get("error") if isinstance(body, dict) else None
    fields = error if isinstance(error, dict) else {}
    return Problem(
        str(fields.get("code", "")),
        str(fields.get("message", "")),
        response.headers.get("etag"),
    )


DIALECT = Dialect(
    system=System.ERP,
    token_path="/oauth2/v2.0/token",  # noqa: S106
    problem=_problem,
    idempotency_header="repeatability-request-id",
)


def decoder(cls: type[R]) -> Callable[[Row], R]:
    """How the rows of an entity set become records."""

    def decode(row: Row) -> R:
        source = Source(
            System.ERP,
            row["Id"],
            row["@odata.etag"],
            parse_instant(row["ModifiedAt"]),
            datetime.now(UTC),
        )
        return CODEC.decode(cls, row, source)

    return decode


def _entity(name: str, cls: type[R], orders: str = "", amounts: str = "") -> Entity[R]:
    paths = {order: pascal_case(order) for order in orders.split()}
    paths |= {amount: f"{pascal_case(amount)}.Amount" for amount in amounts.split()}
    paths["modified_at"] = "ModifiedAt"
    return Entity(name, decoder(cls), "Id", paths, frozenset(amounts.split()))


LEGAL_ENTITY = _entity("LegalEntities", erp.LegalEntity)
CURRENCY = _entity("Currencies", erp.Currency)
EXCHANGE_RATE = _entity("ExchangeRates", erp.FxRate)
TAX_PROFILE = _entity("TaxProfiles", erp.TaxProfile)
ACCOUNT = _entity("CustomerAccounts", erp.CustomerAccount)
VENDOR = _entity("Vendors", erp.Vendor)
PROJECT = _entity("Projects", erp.Project, "name start_date end_date", "budget actual_cost")
BILLING_RULE = _entity("BillingRules", erp.BillingRule)
BILLING_SCHEDULE = _entity("BillingSchedules", erp.BillingSchedule)
BILLING_MILESTONE = _entity("BillingMilestones", erp.BillingMilestone)
INVOICE = _entity("Invoices", erp.Invoice, "number issued_on due_on", "total")
DISPUTE = _entity("Disputes", erp.Dispute, "opened_on", "amount")
CREDIT_NOTE = _entity("CreditNotes", erp.CreditNote)
REVENUE_SCHEDULE = _entity("RevenueSchedules", erp.RevenueSchedule)
PURCHASE_ORDER = _entity("PurchaseOrders", erp.PurchaseOrder)
RATE_CARD = _entity("PublishedRateCards", erp.PublishedRateCard)


class Dynamics:
    """The protocol, without knowledge of what the entities mean."""

    def __init__(self, client: SystemClient) -> None:
        self.client = client
        self.searcher = Searcher(System.ERP, self._search)

    async def _search(self, search: Search) -> Found:
        condition = search.condition()
        order = [search.order]
        if search.order.path != search.id_path:
            order.append(Order(search.id_path))
        params = [("$orderby", odata.order_text(order))]
        if condition is not None:
            params.append(("$filter", odata.filter_text(condition)))
        if search.limit is not None:
            params.append(("$top", str(search.limit)))
        if search.count:
            params.append(("$count", "true"))
        totals: list[int] = []

        async def fetch(url: str | None) -> Any:
            path = f"/data/{search.entity}"
            call = Call(search.operation, "GET", url or path, () if url else params)
            body = (await self.client.read(call)).body
            return decoded(System.ERP, search.operation, _checked, body)

        rows: list[Row] = []
        async for body in by_opaque_url(fetch, lambda body: body.get("@odata.nextLink")):
            rows.extend(body["value"])
            if "@odata.count" in body:
                totals.append(body["@odata.count"])
        return Found(rows, totals[0] if totals else None)

    async def find(self, entity: Entity[R], alternate: Mapping[str, str]) -> R | None:
        """An object by its alternate key, or None."""
        operation = f"find {entity.name}"
        try:
            answer = await self.client.read(Call(operation, "GET", _path(entity, alternate)))
        except Missing:
            return None
        return decoded(System.ERP, operation, entity.decode, answer.body)

    async def put(
        self,
        entity: Entity[R],
        alternate: Mapping[str, str],
        draft: Any,
        key: str,
        expected_version: str | None,
        revived: Mapping[str, Any],
    ) -> R:
        """Create by alternate key, match, revive what was cancelled, or change one version.

        `revived` are the fields that make an object live; they tell a cancelled one as well.
        """
        operation = f"put {entity.name}"
        body = CODEC.encode(draft)
        path = _path(entity, alternate)
        if expected_version is not None:
            return await self._patch(
                entity, operation, path, {**body, **revived}, key, {"if-match": expected_version}
            )
        try:
            return await self._patch(entity, operation, path, body, key, {"if-none-match": "*"})
        except Conflict as conflict:
            found = await self.find(entity, alternate)
            if found is None:
                raise
            current: Any = found
            if _cancelled(current):
                revive = {"if-match": current.source.version}
                return await self._patch(
                    entity, operation, path, {**body, **revived}, f"{key}:revive", revive
                )
            if matches(current, draft):
                return found
            reason = "the object exists with other content"
            raise Conflict(System.ERP, operation, reason, current.source.version) from conflict

    async def act(
        self,
        entity: Entity[R],
        target: str | Mapping[str, str],
        action: str,
        body: Mapping[str, Any],
        key: str,
        expected_version: str | None = None,
    ) -> R:
        """A bound action on an object, by id or alternate key."""
        headers = {} if expected_version is None else {"if-match": expected_version}
        call = Call(
            f"{action.lower()} {entity.name}",
            "POST",
            f"{_path(entity, target)}/{action}",
            (),
            dict(body),
            headers,
        )
        return await self._write(entity, call, key)

    async def create(self, entity: Entity[R], body: Mapping[str, Any], key: str) -> R:
        """Create what has no key but the request's."""
        call = Call(f"create {entity.name}", "POST", f"/data/{entity.name}", (), dict(body))
        return await self._write(entity, call, key)

    async def cancel(
        self, entity: Entity[R], target: str | Mapping[str, str], key: str
    ) -> R | None:
        """The Cancel action; None if there never was such an object."""
        try:
            return await self.act(entity, target, "Cancel", {}, key)
        except Missing:
            return None

    async def _patch(
        self,
        entity: Entity[R],
        operation: str,
        path: str,
        body: Mapping[str, Any],
        key: str,
        headers: Mapping[str, str],
    ) -> R:
        call = Call(operation, "PATCH", path, (), dict(body), headers)
        return await self._write(entity, call, key)

    async def _write(self, entity: Entity[R], call: Call, key: str) -> R:
        async def lookup() -> Answer | None:
            path = f"/data/RepeatableRequests({_quoted(key)})"
            try:
                return await self.client.read(Call(call.operation, "GET", path))
            except Missing:
                return None

        answer = await self.client.write(call, key, lookup)
        return decoded(System.ERP, call.operation, entity.decode, answer.body)


def _path(entity: Entity[Any], target: str | Mapping[str, str]) -> str:
    if isinstance(target, str):
        return f"/data/{entity.name}({_quoted(target)})"
    parts = (f"{odata.property_path(name)}={_quoted(value)}" for name, value in target.items())
    return f"/data/{entity.name}({','.join(parts)})"


def _quoted(value: str) -> str:
    return quote(odata.literal(value), safe="'")


def _cancelled(record: Any) -> bool:
    if isinstance(record, erp.CustomerAccount):
        return not record.active
    return getattr(record, "state", None) == "CANCELLED"


def _checked(body: Any) -> Any:
    if not isinstance(body["value"], list):
        raise TypeError("no entity set")
    return body
