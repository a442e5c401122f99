"""Every batched read finds what the system holds under each key, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.http import ClientSettings
from subgraphs.systems_of_record.records.common import System
from tests.kit.sandbox import RunningSandbox, systems

CRM, CLM, ERP, PSA = System.CRM, System.CLM, System.ERP, System.PSA
# Port, method, the kind that it reads, the document's field that holds the key.
SINGLE = [
    (CRM, "customers", "Account", "Id"),
    (CRM, "opportunities", "Opportunity", "Id"),
    (CLM, "contracts", "contract", "id"),
    (CLM, "amendments", "amendment", "id"),
    (CLM, "rate_cards", "rateCard", "id"),
    (CLM, "milestones", "milestone", "id"),
    (ERP, "legal_entities", "LegalEntities", "Id"),
    (ERP, "currencies", "Currencies", "Id"),
    (ERP, "vendors", "Vendors", "Id"),
    (ERP, "projects", "Projects", "Id"),
    (ERP, "projects_by_contract", "Projects", "ContractId"),
    (ERP, "billing_rules_by_contract", "BillingRules", "ContractId"),
    (ERP, "billing_schedules_by_contract", "BillingSchedules", "ContractId"),
    (ERP, "billing_milestones", "BillingMilestones", "Id"),
    (ERP, "revenue_schedules_by_contract", "RevenueSchedules", "ContractId"),
    (ERP, "invoices", "Invoices", "Id"),
    (ERP, "disputes", "Disputes", "Id"),
    (PSA, "delivery_projects", "projects", "id"),
    (PSA, "delivery_projects_by_contract", "projects", "contract_id"),
    (PSA, "tasks", "tasks", "id"),
    (PSA, "skills", "skills", "id"),
    (PSA, "resources", "resources", "id"),
    (PSA, "resources_by_subject", "resources", "subject"),
    (PSA, "assignments", "assignments", "id"),
    (PSA, "capacity_plans_by_contract", "capacity_plans", "contract_id"),
    (PSA, "expenses", "expenses", "id"),
    (PSA, "acceptances_by_milestone", "acceptances", "milestone_id"),
]
MANY = [
    (CRM, "children", "Account", "ParentId"),
    (CRM, "opportunities_by_customer", "Opportunity", "AccountId"),
    (CLM, "contracts_by_customer", "contract", "customerId"),
    (CLM, "contracts_by_master", "contract", "masterId"),
    (CLM, "amendments_by_contract", "amendment", "contractId"),
    (CLM, "rate_cards_by_contract", "rateCard", "contractId"),
    (CLM, "milestones_by_contract", "milestone", "contractId"),
    (ERP, "tax_profiles_by_customer", "TaxProfiles", "CustomerId"),
    (ERP, "accounts_by_customer", "CustomerAccounts", "CustomerId"),
    (ERP, "billing_milestones_by_contract", "BillingMilestones", "ContractId"),
    (ERP, "purchase_orders_by_contract", "PurchaseOrders", "ContractId"),
    (ERP, "published_rate_cards_by_contract", "PublishedRateCards", "ContractId"),
    (ERP, "invoices_by_contract", "Invoices", "ContractId"),
    (ERP, "disputes_by_invoice", "Disputes", "InvoiceId"),
    (ERP, "credit_notes_by_invoice", "CreditNotes", "InvoiceId"),
    (PSA, "tasks_by_contract", "tasks", "contract_id"),
    (PSA, "assignments_by_contract", "assignments", "contract_id"),
    (PSA, "assignments_by_resource", "assignments", "resource_id"),
    (PSA, "expenses_by_contract", "expenses", "contract_id"),
    (PSA, "acceptances_by_contract", "acceptances", "contract_id"),
    (PSA, "published_rate_cards_by_contract", "rate_cards", "contract_id"),
]


@pytest.fixture
async def connected(shared_sandbox: RunningSandbox) -> AsyncIterator[ConnectedSystems]:
    async with systems(shared_sandbox) as found:
        yield found


def held(sandbox: RunningSandbox, system: System, kind: str, field: str) -> dict[str, set[str]]:
    """The ids of a kind's objects by the value of a field."""
    grouped: dict[str, set[str]] = {}
    for stored in sandbox.sandbox.stores[system].query(kind).objects:
        value = stored.doc[field]
        if value is not None:
            grouped.setdefault(value, set()).add(stored.id)
    return grouped


def method_of(connected: ConnectedSystems, system: System, name: str) -> Any:
    return getattr(getattr(connected, system.value.lower()), name)


@pytest.mark.parametrize(("system", "name", "kind", "field"), SINGLE)
async def test_one_for_each_key(
    connected: ConnectedSystems,
    shared_sandbox: RunningSandbox,
    system: System,
    name: str,
    kind: str,
    field: str,
) -> None:
    expected = held(shared_sandbox, system, kind, field)
    found = await method_of(connected, system, name)([*expected, "none"])
    assert {key: {record.id} for key, record in found.items()} == expected
    assert all(record.source.system is system for record in found.values())


@pytest.mark.parametrize(("system", "name", "kind", "field"), MANY)
async def test_many_for_each_key(
    connected: ConnectedSystems,
    shared_sandbox: RunningSandbox,
    system: System,
    name: str,
    kind: str,
    field: str,
) -> None:
    expected = held(shared_sandbox, system, kind, field)
    found = await method_of(connected, system, name)([*expected, "none"])
    assert {key: {r.id for r in records} for key, records in found.items()} == {
        **expected,
        "none": set(),
    }
    for records in found.values():
        assert [record.id for record in records] == sorted(record.id for record in records)


@pytest.mark.parametrize(("system", "name", "kind", "field"), SINGLE + MANY)
async def test_no_key_is_no_call(
    connected: ConnectedSystems,
    shared_sandbox: RunningSandbox,
    system: System,
    name: str,
    kind: str,
    field: str,
) -> None:
    if name in ("legal_entities", "currencies", "skills"):
        every = await method_of(connected, system, name)()
        assert set(every) == set(held(shared_sandbox, system, kind, field))
        return
    shared_sandbox.reset_calls()
    assert not await method_of(connected, system, name)([])
    assert shared_sandbox.calls()[system] == 0


async def test_keys_by_the_hundred_cost_calls_by_the_hundreds(
    shared_sandbox: RunningSandbox,
) -> None:
    keys = [f"TIM-{number:06d}" for number in range(1, 501)]
    async with systems(shared_sandbox, ClientSettings()) as patient:  # a repetition would count
        await patient.psa.ping()
        shared_sandbox.reset_calls()
        assert set(await patient.psa.timesheet_entries(keys)) == set(keys)
        assert shared_sandbox.calls()[PSA] == 3


async def test_the_rate_in_force_is_the_latest_that_began(connected: ConnectedSystems) -> None:
    today = date.today()
    rates = await connected.erp.fx_rates("EUR", today)
    assert set(rates) == {"EUR", "USD", "GBP", "SGD", "JPY"}
    assert rates["EUR"].rate == 1
    assert Decimal("0.8") < rates["USD"].rate < Decimal("1.1")
    assert all(rate.effective_on == today.replace(day=1) for rate in rates.values())
    earlier = await connected.erp.fx_rates("EUR", today.replace(day=1) - timedelta(days=1))
    assert all(rate.effective_on < today.replace(day=1) for rate in earlier.values())
    assert await connected.erp.fx_rates("EUR", date(1999, 1, 1)) == {}
    assert await connected.erp.fx_rates("XXX", today) == {}


async def test_totals_are_what_the_entries_sum_to(
    connected: ConnectedSystems, shared_sandbox: RunningSandbox
) -> None:
    contracts = ["CTR-000053", "CTR-000068", "CTR-000083", "none"]
    totals = await connected.psa.time_totals_by_contract(contracts)
    entries: dict[str, list[Any]] = {}
    for stored in shared_sandbox.sandbox.stores[PSA].query("time_entries").objects:
        entries.setdefault(stored.doc["contract_id"], []).append(stored.doc)
    assert set(totals) == set(contracts) - {"none"}
    for contract, total in totals.items():
        counted = [e for e in entries[contract] if e["state"] != "REJECTED"]
        assert total.hours == sum(Decimal(e["hours"]) for e in counted)
        cost = sum(Decimal(e["hours"]) * Decimal(e["cost_rate"]["amount"]) for e in counted)
        assert total.cost.amount == cost
        unbilled = sum(
            Decimal(e["hours"]) * Decimal(e["bill_rate"]["amount"])
            for e in counted
            if e["billable"] and e["state"] == "APPROVED"
        )
        assert total.unbilled_value.amount == unbilled


async def test_billing_totals_agree_with_the_invoices(connected: ConnectedSystems) -> None:
    contracts = [f"CTR-{number:06d}" for number in range(53, 113)]
    totals = await connected.erp.billing_totals_by_contract([*contracts, "none", contracts[0]])
    invoices = await connected.erp.invoices_by_contract(contracts)
    assert set(totals) == {contract for contract, found in invoices.items() if found}
    for contract, total in totals.items():
        issued = [i for i in invoices[contract] if i.state not in ("DRAFT", "CANCELLED")]
        assert total.invoice_count == len(issued)
        assert total.invoiced.amount == sum(i.total.amount for i in issued)
        assert total.outstanding.amount == sum(i.balance.amount for i in issued)
