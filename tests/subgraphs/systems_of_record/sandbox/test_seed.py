"""The generated firm: complete, consistent, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from subgraphs.systems_of_record.records import clm, crm, erp, psa
from subgraphs.systems_of_record.records.common import EngagementType, Money, System
from subgraphs.systems_of_record.sandbox.seed.outline import Obstacle, outlines
from subgraphs.systems_of_record.sandbox.seed.world import Founding, World, build

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return build(Founding(1, TODAY))


def of(world: World, system: System, kind: str) -> Sequence[Any]:
    return world.records[system, kind]


def total(amounts: Sequence[Money], currency: str) -> Money:
    return Money.total(amounts, currency)


def test_the_firm_has_the_size_that_is_promised(world: World) -> None:
    assert len(of(world, System.ERP, "LegalEntities")) == 3
    assert len({entity.region for entity in of(world, System.ERP, "LegalEntities")}) == 3
    assert len(of(world, System.ERP, "Currencies")) == 5
    assert len(of(world, System.CRM, "Account")) == 40
    assert len(of(world, System.CLM, "contract")) == 150
    assert len(of(world, System.PSA, "resources")) == 60
    assert len(of(world, System.PSA, "time_entries")) == 20_000
    used = {contract.currency for contract in of(world, System.CLM, "contract")}
    assert used == {"EUR", "GBP", "USD", "SGD", "JPY"}


def test_the_same_arguments_give_the_same_firm() -> None:
    first, second = build(Founding(1, TODAY, 500)), build(Founding(1, TODAY, 500))
    assert first.records == second.records


def test_a_scale_multiplies(world: World) -> None:
    double = build(Founding(2, TODAY, 1000))
    for system, kind in ((System.CRM, "Account"), (System.CLM, "contract")):
        assert len(of(double, system, kind)) == 2 * len(of(world, system, kind))
    assert len(of(double, System.PSA, "time_entries")) == 2000
    for records in double.records.values():
        ids = [record.id for record in records]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "today", [date(2027, 1, 1), date(2028, 2, 29), date(2027, 8, 31), date(2030, 3, 1)]
)
def test_the_firm_can_be_founded_on_any_day(today: date) -> None:
    found = build(Founding(1, today, 2000))
    kept = [(o.id, o.customer, o.state) for o in outlines(1)]
    contracts = of(found, System.CLM, "contract")
    assert [c.id for c in contracts] == [id for id, _, _ in kept]
    assert {i.state for i in of(found, System.ERP, "Invoices")} == set(erp.InvoiceState)
    assert {d.state for d in of(found, System.ERP, "Disputes")} == set(erp.DisputeState)
    assert {a.state for a in of(found, System.PSA, "acceptances")} == set(psa.AcceptanceState)


def test_every_state_occurs(world: World) -> None:
    for system, kind, states in (
        (System.CLM, "contract", clm.ContractState),
        (System.CLM, "amendment", clm.AmendmentState),
        (System.ERP, "Invoices", erp.InvoiceState),
        (System.ERP, "Disputes", erp.DisputeState),
        (System.PSA, "time_entries", psa.EntryState),
        (System.PSA, "acceptances", psa.AcceptanceState),
        (System.CRM, "Account", crm.CreditStatus),
        (System.CRM, "Opportunity", crm.OpportunityStage),
    ):
        attribute = {"Account": "credit_status", "Opportunity": "stage"}.get(kind, "state")
        found = {getattr(record, attribute) for record in of(world, system, kind)}
        assert found == set(states), kind
    kinds = {amendment.kind for amendment in of(world, System.CLM, "amendment")}
    assert kinds == set(clm.AmendmentKind)


def test_three_contracts_of_each_type_and_region_can_be_provisioned(world: World) -> None:
    customers = {customer.id: customer for customer in of(world, System.CRM, "Account")}
    taxed = {
        profile.customer_id for profile in of(world, System.ERP, "TaxProfiles") if profile.valid
    }
    approved_cards = {
        card.contract_id
        for card in of(world, System.CLM, "rateCard")
        if card.state is clm.RateCardState.APPROVED
    }
    vendors = {vendor.id for vendor in of(world, System.ERP, "Vendors") if vendor.approved}
    ready: Counter[tuple[EngagementType, str]] = Counter()
    for contract in of(world, System.CLM, "contract"):
        customer = customers[contract.customer_id]
        if (
            contract.state is clm.ContractState.APPROVED
            and customer.status is crm.CustomerStatus.ACTIVE
            and customer.credit_status is not crm.CreditStatus.ON_HOLD
            and contract.legal_entity in customer.legal_entities
            and customer.id in taxed
            and contract.id in approved_cards
            and all(rule.vendor_id in vendors for rule in contract.subcontract_rules)
        ):
            ready[contract.engagement_type, contract.region] += 1
    assert len(ready) == 12
    assert set(ready.values()) == {3}


def test_each_obstacle_stands_in_the_way_of_a_contract(world: World) -> None:
    customers = {customer.id: customer for customer in of(world, System.CRM, "Account")}
    contracts = {contract.id: contract for contract in of(world, System.CLM, "contract")}
    found = {o.obstacle: contracts[o.id] for o in outlines(1) if o.obstacle is not None}
    assert set(found) == set(Obstacle)

    def customer(obstacle: Obstacle) -> crm.Customer:
        held: crm.Customer = customers[found[obstacle].customer_id]
        return held

    assert customer(Obstacle.CREDIT_HOLD).credit_status is crm.CreditStatus.ON_HOLD
    assert customer(Obstacle.INACTIVE_CUSTOMER).status is not crm.CustomerStatus.ACTIVE
    foreign = found[Obstacle.FOREIGN_LEGAL_ENTITY]
    assert foreign.legal_entity not in customer(Obstacle.FOREIGN_LEGAL_ENTITY).legal_entities
    assert found[Obstacle.UNAPPROVED_VENDOR].subcontract_rules


def test_everything_that_is_referred_to_exists(world: World) -> None:
    ids = {
        name: {record.id for record in of(world, system, kind)}
        for name, system, kind in (
            ("customer_id", System.CRM, "Account"),
            ("contract_id", System.CLM, "contract"),
            ("project_id", System.ERP, "Projects"),
            ("invoice_id", System.ERP, "Invoices"),
            ("milestone_id", System.CLM, "milestone"),
            ("rate_card_id", System.CLM, "rateCard"),
            ("vendor_id", System.ERP, "Vendors"),
            ("delivery_project_id", System.PSA, "projects"),
            ("task_id", System.PSA, "tasks"),
            ("resource_id", System.PSA, "resources"),
            ("customer_account_id", System.ERP, "CustomerAccounts"),
            ("legal_entity", System.ERP, "LegalEntities"),
            ("master_id", System.CLM, "contract"),
            ("parent_id", System.CRM, "Account"),
            ("ultimate_parent_id", System.CRM, "Account"),
            ("tax_profile_id", System.ERP, "TaxProfiles"),
            ("dispute_id", System.ERP, "Disputes"),
            ("credit_note_id", System.ERP, "CreditNotes"),
        )
    }
    for (_, kind), records in world.records.items():
        for record in records:
            for name, known in ids.items():
                value = getattr(record, name, None)
                assert value is None or value in known, (kind, record.id, name, value)


def test_terms_sum_to_the_contract(world: World) -> None:
    milestones: dict[str, list[Money]] = {}
    for milestone in of(world, System.CLM, "milestone"):
        milestones.setdefault(milestone.contract_id, []).append(milestone.amount)
    for contract in of(world, System.CLM, "contract"):
        match contract.billing_terms:
            case clm.FixedFeeTerms(fee=fee, instalments=instalments):
                assert fee == contract.total_value
                assert total([i.amount for i in instalments], fee.currency) == fee
                assert all(
                    contract.start_date <= i.due_on <= contract.end_date for i in instalments
                )
            case clm.MilestoneTerms(triggers=triggers):
                amounts = [t.amount for t in triggers]
                assert amounts == milestones[contract.id]
                assert total(amounts, contract.currency) == contract.total_value
            case clm.TimeAndMaterialsTerms(cap=cap):
                assert cap == contract.total_value


def test_the_books_agree_with_each_other(world: World) -> None:
    schedules = {s.contract_id: s for s in of(world, System.ERP, "BillingSchedules")}
    revenue = {r.contract_id: r for r in of(world, System.ERP, "RevenueSchedules")}
    for project in of(world, System.ERP, "Projects"):
        currency = project.contract_value.currency
        invoices = [
            i
            for i in of(world, System.ERP, "Invoices")
            if i.contract_id == project.contract_id
            and i.state not in (erp.InvoiceState.DRAFT, erp.InvoiceState.CANCELLED)
        ]
        assert project.billed == total([i.subtotal for i in invoices], currency)
        assert project.recognised_revenue == revenue[project.contract_id].recognised
        schedule = schedules[project.contract_id]
        assert schedule.total == total([line.amount for line in schedule.lines], currency)
        recognised = [line.amount for line in revenue[project.contract_id].lines if line.recognised]
        assert total(recognised, currency) == revenue[project.contract_id].recognised
        assert project.recognised_revenue <= project.contract_value
        assert schedule.total <= project.contract_value


def test_invoices_add_up(world: World) -> None:
    for invoice in of(world, System.ERP, "Invoices"):
        currency = invoice.total.currency
        assert invoice.subtotal == total([line.amount for line in invoice.lines], currency)
        assert invoice.total == invoice.subtotal + invoice.tax
        assert invoice.total == invoice.total.rounded()
        for line in invoice.lines:
            assert line.amount == (line.unit_price * line.quantity).rounded()
        if invoice.state in (erp.InvoiceState.PAID, erp.InvoiceState.CREDITED):
            assert invoice.balance == Money.zero(currency)
        numbered = invoice.state not in (erp.InvoiceState.DRAFT, erp.InvoiceState.CANCELLED)
        assert bool(invoice.number) is numbered


def test_disputes_stand_on_invoices_that_say_so(world: World) -> None:
    invoices = {i.id: i for i in of(world, System.ERP, "Invoices")}
    disputed = {i.id for i in invoices.values() if i.state is erp.InvoiceState.DISPUTED}
    unresolved = (erp.DisputeState.OPEN, erp.DisputeState.UNDER_REVIEW)
    disputes = of(world, System.ERP, "Disputes")
    assert {d.invoice_id for d in disputes if d.state in unresolved} == disputed
    notes = {note.id: note for note in of(world, System.ERP, "CreditNotes")}
    for dispute in disputes:
        assert dispute.amount <= invoices[dispute.invoice_id].total
        assert (dispute.credit_note_id is not None) is (dispute.state is erp.DisputeState.CREDITED)
        if dispute.credit_note_id is not None:
            assert notes[dispute.credit_note_id].amount == invoices[dispute.invoice_id].credited


def test_time_on_invoices_is_what_the_invoices_charge(world: World) -> None:
    carried: dict[str, Decimal] = {}
    for entry in of(world, System.PSA, "time_entries"):
        invoiced = entry.state is psa.EntryState.INVOICED
        assert (entry.invoice_id is not None) is invoiced
        if invoiced:
            value = entry.hours * entry.bill_rate.amount
            carried[entry.invoice_id] = carried.get(entry.invoice_id, Decimal(0)) + value
    invoices = {invoice.id: invoice for invoice in of(world, System.ERP, "Invoices")}
    assert carried
    for id, value in carried.items():
        assert abs(invoices[id].subtotal.amount - value) <= len(invoices[id].lines)


def test_work_is_booked_where_and_when_the_contract_allows(world: World) -> None:
    contracts = {contract.id: contract for contract in of(world, System.CLM, "contract")}
    projects = {project.id: project for project in of(world, System.PSA, "projects")}
    hours: dict[str, Decimal] = {}
    for entry in of(world, System.PSA, "time_entries"):
        contract = contracts[entry.contract_id]
        assert contract.start_date <= entry.worked_on <= contract.end_date
        assert entry.worked_on < TODAY
        assert entry.bill_rate.currency == entry.cost_rate.currency == contract.currency
        if entry.state is not psa.EntryState.REJECTED:
            key = entry.delivery_project_id
            hours[key] = hours.get(key, Decimal(0)) + entry.hours
    assert {id: project.actual_hours for id, project in projects.items()} == hours


def test_amendments_show_every_way_that_one_can_go(world: World) -> None:
    contracts = {contract.id: contract for contract in of(world, System.CLM, "contract")}
    approved = [
        a
        for a in of(world, System.CLM, "amendment")
        if a.state is clm.AmendmentState.APPROVED
        and contracts[a.contract_id].state is clm.ContractState.ACTIVE
    ]
    current = [a for a in approved if a.base_version == contracts[a.contract_id].version]
    assert {a.kind for a in current} == set(clm.AmendmentKind)
    regions = {contracts[a.contract_id].region for a in current}
    assert regions == {"EMEA", "AMER", "APAC"}
    shares = [a.value_change.amount / contracts[a.contract_id].total_value.amount for a in current]
    assert any(0 < share < Decimal("0.2") for share in shares)
    assert any(share > Decimal("0.2") for share in shares)
    assert any(
        a.value_change.amount > 1_000_000 and a.value_change.currency == "EUR" for a in current
    )
    stale = [a for a in approved if a.base_version < contracts[a.contract_id].version]
    assert len(stale) >= 3
    for contract in contracts.values():
        executed = [
            a
            for a in of(world, System.CLM, "amendment")
            if a.contract_id == contract.id and a.state is clm.AmendmentState.EXECUTED
        ]
        assert contract.version == 1 + len(executed)
