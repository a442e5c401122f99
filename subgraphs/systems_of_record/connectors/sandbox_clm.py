"""The CLM port over a records API in Ironclad's manner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.codec import Codec, camel_case, parse_instant
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
from subgraphs.systems_of_record.errors import Missing
from subgraphs.systems_of_record.http import Answer, Call, Dialect, Problem, SystemClient
from subgraphs.systems_of_record.pagers import by_page_number
from subgraphs.systems_of_record.query import formula
from subgraphs.systems_of_record.query.predicates import Contains
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.records.common import ChangePage, Page, PageRequest, Source, System

R = TypeVar("R")
BASE = "/public/api/v1"
PAGE_SIZE = 500
_CODEC = Codec(camel_case)


def _problem(response: httpx.Response, body: Any) -> Problem:
    fields = body if isinstance(body, dict) else {}
    version = fields.get("currentVersion")
    return Problem(
        str(fields.get("code", "")),
        str(fields.get("message", "")),
        None if version is None else str(version),
    )


DIALECT = Dialect(
    system=System.CLM,
    token_path="/oauth/token",  # noqa: S106
    problem=_problem,
    idempotency_header="idempotency-key",
)


def _decoder(cls: type[R]) -> Callable[[Row], R]:
    def decode(row: Row) -> R:
        source = Source(
            System.CLM,
            row["id"],
            str(row["version"]),
            parse_instant(row["lastUpdated"]),
            datetime.now(UTC),
        )
        return _CODEC.decode(cls, {**row["properties"], "id": row["id"]}, source)

    return decode


def _entity(
    name: str, cls: type[R], orders: str = "", numeric: frozenset[str] = frozenset()
) -> Entity[R]:
    paths = {order: camel_case(order) for order in orders.split()}
    paths |= {order: f"{camel_case(order)}.amount" for order in numeric}
    paths["modified_at"] = "lastUpdated"
    return Entity(name, _decoder(cls), "id", paths, numeric)


CONTRACT = _entity(
    "contract", clm.Contract, "number title start_date end_date", frozenset({"total_value"})
)
AMENDMENT = _entity("amendment", clm.Amendment, "effective_date")
RATE_CARD = _entity("rateCard", clm.RateCard)
MILESTONE = _entity("milestone", clm.Milestone)


class IroncladClm:
    """Implements `ports.Clm`."""

    def __init__(self, client: SystemClient) -> None:
        self._client = client
        self._searcher = Searcher(System.CLM, self._search)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ping(self) -> None:
        """See the port."""
        await self._client.read(Call("ping", "GET", f"{BASE}/events", [("pageSize", "1")]))

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """See the port."""
        start = start_of(System.CLM, after)
        params = [("after", start), ("pageSize", str(limit))]
        answer = await self._client.read(Call("changes", "GET", f"{BASE}/events", params))

        def read(body: Any) -> ChangePage:
            return change_page(System.CLM, body["list"], start, limit)

        return decoded(System.CLM, "changes", read, answer.body)

    async def contracts(self, ids: Sequence[str]) -> Mapping[str, clm.Contract]:
        """See the port."""
        return await self._searcher.by_id(CONTRACT, ids)

    async def contracts_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]:
        """See the port."""
        return await self._searcher.many_each(CONTRACT, "customerId", "customer_id", customer_ids)

    async def contracts_by_master(
        self, master_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]:
        """See the port."""
        return await self._searcher.many_each(CONTRACT, "masterId", "master_id", master_ids)

    async def list_contracts(
        self, where: filters.ContractFilter, page: PageRequest
    ) -> Page[clm.Contract]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            one_of("region", where.regions),
            one_of("legalEntity", where.legal_entities),
            one_of("customerId", where.customer_ids),
            one_of("state", where.states),
            one_of("kind", where.kinds),
            one_of("engagementType", where.engagement_types),
            one_of("currency", where.currencies),
            compared("lead", "=", where.lead),
            *between("endDate", where.ends_from, where.ends_to),
            Contains("title", where.title_contains) if where.title_contains else None,
        )
        return await self._searcher.page(CONTRACT, conditions, page)

    async def amendments(self, ids: Sequence[str]) -> Mapping[str, clm.Amendment]:
        """See the port."""
        return await self._searcher.by_id(AMENDMENT, ids)

    async def amendments_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Amendment, ...]]:
        """See the port."""
        return await self._searcher.many_each(AMENDMENT, "contractId", "contract_id", contract_ids)

    async def list_amendments(
        self, where: filters.AmendmentFilter, page: PageRequest
    ) -> Page[clm.Amendment]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            one_of("region", where.regions),
            one_of("legalEntity", where.legal_entities),
            one_of("contractId", where.contract_ids),
            one_of("state", where.states),
            one_of("kind", where.kinds),
        )
        return await self._searcher.page(AMENDMENT, conditions, page)

    async def rate_cards(self, ids: Sequence[str]) -> Mapping[str, clm.RateCard]:
        """See the port."""
        return await self._searcher.by_id(RATE_CARD, ids)

    async def rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.RateCard, ...]]:
        """See the port."""
        return await self._searcher.many_each(RATE_CARD, "contractId", "contract_id", contract_ids)

    async def milestones(self, ids: Sequence[str]) -> Mapping[str, clm.Milestone]:
        """See the port."""
        return await self._searcher.by_id(MILESTONE, ids)

    async def milestones_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Milestone, ...]]:
        """See the port."""
        return await self._searcher.many_each(MILESTONE, "contractId", "contract_id", contract_ids)

    async def mark_provisioned(
        self, contract_id: str, *, contract_version: int, run_id: str, project_id: str, key: str
    ) -> clm.Contract:
        """See the port."""
        body = {"contractVersion": contract_version, "runId": run_id, "projectId": project_id}
        return await self._act(CONTRACT, contract_id, "provision", body, key)

    async def unmark_provisioned(self, contract_id: str, *, run_id: str, key: str) -> clm.Contract:
        """See the port."""
        return await self._act(CONTRACT, contract_id, "unprovision", {"runId": run_id}, key)

    async def execute_amendment(
        self, amendment_id: str, *, base_version: int, run_id: str, key: str
    ) -> clm.Amendment:
        """See the port."""
        body = {"baseVersion": base_version, "runId": run_id}
        return await self._act(AMENDMENT, amendment_id, "execute", body, key)

    async def revert_amendment(self, amendment_id: str, *, run_id: str, key: str) -> clm.Amendment:
        """See the port."""
        return await self._act(AMENDMENT, amendment_id, "revert", {"runId": run_id}, key)

    async def set_amendment_state(
        self,
        amendment_id: str,
        state: clm.AmendmentState,
        *,
        actor: str,
        key: str,
        expected_version: str | None = None,
    ) -> clm.Amendment:
        """See the port."""
        body = {"state": state.value, "actor": actor}
        return await self._act(AMENDMENT, amendment_id, "review", body, key, expected_version)

    async def renew_contract(self, draft: drafts.RenewalDraft, *, key: str) -> clm.Contract:
        """See the port."""
        body = _CODEC.encode(draft)
        return await self._act(CONTRACT, draft.contract_id, "renew", body, key)

    async def _act(
        self,
        entity: Entity[R],
        id: str,
        action: str,
        body: Mapping[str, Any],
        key: str,
        expected_version: str | None = None,
    ) -> R:
        headers = {} if expected_version is None else {"if-match": f'"{expected_version}"'}
        path = f"{BASE}/records/{quote(id, safe='')}/actions/{action}"
        operation = f"{action} {entity.name}"

        async def lookup() -> Answer | None:
            path = f"{BASE}/idempotency/{quote(key, safe='')}"
            try:
                return await self._client.read(Call(operation, "GET", path))
            except Missing:
                return None

        call = Call(operation, "POST", path, (), dict(body), headers)
        answer = await self._client.write(call, key, lookup)
        return decoded(System.CLM, operation, entity.decode, answer.body)

    async def _search(self, search: Search) -> Found:
        condition = search.condition()
        direction = "DESC" if search.order.descending else "ASC"
        params = [
            ("types", search.entity),
            ("sortField", search.order.path),
            ("sortDirection", direction),
        ]
        if condition is not None:
            params.append(("filter", formula.formula(condition)))
        size = PAGE_SIZE if search.limit is None else min(search.limit, PAGE_SIZE)

        async def fetch(number: int) -> Any:
            paged = [*params, ("page", str(number)), ("pageSize", str(size))]
            call = Call(search.operation, "GET", f"{BASE}/records", paged)
            body = (await self._client.read(call)).body
            return decoded(System.CLM, search.operation, _checked, body)

        if search.limit is not None and search.limit <= PAGE_SIZE:
            body = await fetch(0)
            return Found(body["list"], body["count"])
        rows: list[Row] = []
        async for body in by_page_number(fetch, lambda body: -(-body["count"] // size), 0):
            rows.extend(body["list"])
        return Found(rows[: search.limit], body["count"])


def _checked(body: Any) -> Any:
    if not isinstance(body["list"], list) or not isinstance(body["count"], int):
        raise TypeError("no list of records")
    return body
