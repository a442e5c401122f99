"""The reading half of the ERP port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.connectors import dynamics
from subgraphs.systems_of_record.connectors.dynamics import CODEC, Dynamics
from subgraphs.systems_of_record.connectors.feeding import change_page, start_of
from subgraphs.systems_of_record.connectors.searching import (
    NOTHING,
    between,
    compared,
    decoded,
    one_of,
    out_of_reach,
)
from subgraphs.systems_of_record.http import Call
from subgraphs.systems_of_record.query.predicates import Compare
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import ChangePage, Page, PageRequest, System


class DynamicsReads:
    """What can be asked. Every method does as the port says."""

    _erp: Dynamics

    async def ping(self) -> None:
        """See the port."""
        call = Call("ping", "GET", "/data/BusinessEvents", [("$top", "1")])
        await self._erp.client.read(call)

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """See the port."""
        start = start_of(System.ERP, after)
        params = [("after", start), ("$top", str(limit))]
        answer = await self._erp.client.read(Call("changes", "GET", "/data/BusinessEvents", params))

        def read(body: Any) -> ChangePage:
            return change_page(System.ERP, body["value"], start, limit)

        return decoded(System.ERP, "changes", read, answer.body)

    async def legal_entities(self, ids: Sequence[str] = ()) -> Mapping[str, erp.LegalEntity]:
        """See the port."""
        if ids:
            return await self._erp.searcher.by_id(dynamics.LEGAL_ENTITY, ids)
        return await self._erp.searcher.everything(dynamics.LEGAL_ENTITY)

    async def currencies(self, codes: Sequence[str] = ()) -> Mapping[str, erp.Currency]:
        """See the port."""
        if codes:
            return await self._erp.searcher.by_id(dynamics.CURRENCY, codes)
        return await self._erp.searcher.everything(dynamics.CURRENCY)

    async def fx_rates(self, quote: str, on: date) -> Mapping[str, erp.FxRate]:
        """See the port."""
        rates = await self._erp.searcher.everything(
            dynamics.EXCHANGE_RATE,
            Compare("Quote", "=", quote),
            Compare("EffectiveOn", "<=", on.isoformat()),
        )
        by_day = sorted(rates.values(), key=lambda rate: rate.effective_on)
        # Later ones overwrite earlier ones: the rate in force remains.
        return {rate.base: rate for rate in by_day}

    async def vendors(self, ids: Sequence[str]) -> Mapping[str, erp.Vendor]:
        """See the port."""
        return await self._erp.searcher.by_id(dynamics.VENDOR, ids)

    async def tax_profiles_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.TaxProfile, ...]]:
        """See the port."""
        return await self._erp.searcher.many_each(
            dynamics.TAX_PROFILE, "CustomerId", "customer_id", customer_ids
        )

    async def accounts_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.CustomerAccount, ...]]:
        """See the port."""
        return await self._erp.searcher.many_each(
            dynamics.ACCOUNT, "CustomerId", "customer_id", customer_ids
        )

    async def projects(self, ids: Sequence[str]) -> Mapping[str, erp.Project]:
        """See the port."""
        return await self._erp.searcher.by_id(dynamics.PROJECT, ids)

    async def projects_by_contract(self, contract_ids: Sequence[str]) -> Mapping[str, erp.Project]:
        """See the port."""
        return await self._one(dynamics.PROJECT, contract_ids)

    async def list_projects(
        self, where: filters.ProjectFilter, page: PageRequest
    ) -> Page[erp.Project]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            one_of("Region", where.regions),
            one_of("LegalEntity", where.legal_entities),
            one_of("State", where.states),
            one_of("EngagementType", where.engagement_types),
        )
        return await self._erp.searcher.page(dynamics.PROJECT, conditions, page)

    async def billing_rules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingRule]:
        """See the port."""
        return await self._one(dynamics.BILLING_RULE, contract_ids)

    async def billing_schedules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingSchedule]:
        """See the port."""
        return await self._one(dynamics.BILLING_SCHEDULE, contract_ids)

    async def billing_milestones(self, ids: Sequence[str]) -> Mapping[str, erp.BillingMilestone]:
        """See the port."""
        return await self._erp.searcher.by_id(dynamics.BILLING_MILESTONE, ids)

    async def billing_milestones_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.BillingMilestone, ...]]:
        """See the port."""
        return await self._many(dynamics.BILLING_MILESTONE, contract_ids)

    async def revenue_schedules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.RevenueSchedule]:
        """See the port."""
        return await self._one(dynamics.REVENUE_SCHEDULE, contract_ids)

    async def purchase_orders_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PurchaseOrder, ...]]:
        """See the port."""
        return await self._many(dynamics.PURCHASE_ORDER, contract_ids)

    async def published_rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PublishedRateCard, ...]]:
        """See the port."""
        return await self._many(dynamics.RATE_CARD, contract_ids)

    async def invoices(self, ids: Sequence[str]) -> Mapping[str, erp.Invoice]:
        """See the port."""
        return await self._erp.searcher.by_id(dynamics.INVOICE, ids)

    async def invoices_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.Invoice, ...]]:
        """See the port."""
        return await self._many(dynamics.INVOICE, contract_ids)

    async def list_invoices(
        self, where: filters.InvoiceFilter, page: PageRequest
    ) -> Page[erp.Invoice]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        due = compared("DueOn", "<", where.due_before)
        conditions = (
            one_of("Region", where.regions),
            one_of("LegalEntity", where.legal_entities),
            one_of("ContractId", where.contract_ids),
            one_of("CustomerId", where.customer_ids),
            one_of("State", where.states),
            *between("IssuedOn", where.issued_from, where.issued_to),
            due,
            # Drafts have no due date: they are before no day.
            Compare("DueOn", ">", "") if due is not None else None,
        )
        return await self._erp.searcher.page(dynamics.INVOICE, conditions, page)

    async def disputes(self, ids: Sequence[str]) -> Mapping[str, erp.Dispute]:
        """See the port."""
        return await self._erp.searcher.by_id(dynamics.DISPUTE, ids)

    async def disputes_by_invoice(
        self, invoice_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.Dispute, ...]]:
        """See the port."""
        return await self._erp.searcher.many_each(
            dynamics.DISPUTE, "InvoiceId", "invoice_id", invoice_ids
        )

    async def list_disputes(
        self, where: filters.DisputeFilter, page: PageRequest
    ) -> Page[erp.Dispute]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            one_of("Region", where.regions),
            one_of("LegalEntity", where.legal_entities),
            one_of("ContractId", where.contract_ids),
            one_of("State", where.states),
        )
        return await self._erp.searcher.page(dynamics.DISPUTE, conditions, page)

    async def credit_notes_by_invoice(
        self, invoice_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.CreditNote, ...]]:
        """See the port."""
        return await self._erp.searcher.many_each(
            dynamics.CREDIT_NOTE, "InvoiceId", "invoice_id", invoice_ids
        )

    async def billing_totals_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingTotals]:
        """See the port."""
        ids = list(dict.fromkeys(contract_ids))
        if not ids:
            return {}
        call = Call("billing totals", "POST", "/data/BillingTotals", (), {"ContractIds": ids})
        answer = await self._erp.client.read(call)

        def read(body: Any) -> list[erp.BillingTotals]:
            return [CODEC.decode(erp.BillingTotals, row) for row in body["value"]]

        totals = decoded(System.ERP, "billing totals", read, answer.body)
        return {total.contract_id: total for total in totals}

    async def _one(self, entity: Any, contract_ids: Sequence[str]) -> Mapping[str, Any]:
        return await self._erp.searcher.one_each(entity, "ContractId", "contract_id", contract_ids)

    async def _many(
        self, entity: Any, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[Any, ...]]:
        return await self._erp.searcher.many_each(entity, "ContractId", "contract_id", contract_ids)
