"""Acceptance, invoices, disputes and time: from finished work to money, and back again."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.errors import Refused
from subgraphs.systems_of_record.records import erp, psa
from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import EngagementType, Money, PageRequest
from subgraphs.systems_of_record.records.psa import Commitment
from tests.kit.sandbox import RunningSandbox, running, systems

TODAY = date(2026, 11, 23)
ALL = PageRequest(first=300)


@pytest.fixture(scope="module")
def served(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("billing") / "systems"
    with running(shutil.copytree(seeded_folder, folder)) as started:
        yield started


@pytest.fixture
async def connected(served: RunningSandbox) -> AsyncIterator[ConnectedSystems]:
    async with systems(served) as found:
        yield found


async def pending_milestone(connected: ConnectedSystems) -> erp.BillingMilestone:
    where = filters.ContractFilter(
        engagement_types=(EngagementType.MILESTONE,), states=(ContractState.ACTIVE,)
    )
    contracts = (await connected.clm.list_contracts(where, ALL)).items
    ids = [contract.id for contract in contracts]
    found = await connected.erp.billing_milestones_by_contract(ids)
    pending = erp.BillingMilestoneState.PENDING
    return next(m for each in found.values() for m in each if m.state is pending)


async def invoice_draft(
    connected: ConnectedSystems, milestone: erp.BillingMilestone
) -> drafts.InvoiceDraft:
    contract = (await connected.clm.contracts([milestone.contract_id]))[milestone.contract_id]
    schedules = await connected.erp.billing_schedules_by_contract([contract.id])
    line = next(
        line for line in schedules[contract.id].lines if line.milestone_id == milestone.milestone_id
    )
    return drafts.InvoiceDraft(
        contract_id=contract.id,
        project_id=milestone.project_id,
        customer_id=contract.customer_id,
        legal_entity=contract.legal_entity,
        region=contract.region,
        currency=contract.currency,
        period_start=None,
        period_end=None,
        tax_rate=Decimal("0.19"),
        lines=(
            erp.InvoiceLine(
                "1",
                milestone.name,
                Decimal(1),
                milestone.amount,
                milestone.amount,
                milestone_id=milestone.milestone_id,
                schedule_line_id=line.line_id,
            ),
        ),
    )


async def now(connected: ConnectedSystems, milestone: erp.BillingMilestone) -> erp.BillingMilestone:
    return (await connected.erp.billing_milestones([milestone.id]))[milestone.id]


async def test_a_milestone_is_accepted_billed_and_freed_again(connected: ConnectedSystems) -> None:
    milestone = await pending_milestone(connected)
    accepted = await connected.psa.decide_acceptance(
        milestone.milestone_id,
        contract_id=milestone.contract_id,
        state=psa.AcceptanceState.ACCEPTED,
        decided_by="user-sponsor",
        decided_on=TODAY,
        evidence="Signed protocol",
        key="accept",
    )
    assert (accepted.state, accepted.decided_on) == (psa.AcceptanceState.ACCEPTED, TODAY)
    events = (await connected.psa.changes(None)).events
    assert ("milestone.accepted", milestone.milestone_id) in {(e.type, e.subject) for e in events}

    draft = await invoice_draft(connected, milestone)
    with pytest.raises(Refused) as caught:
        await connected.erp.create_invoice(draft, key="too-early")
    assert caught.value.code == "MilestoneNotReleased"

    release = connected.erp.release_billing_milestone
    released = await release(milestone.milestone_id, released_on=TODAY, key="release")
    assert (released.state, released.released_on) == (erp.BillingMilestoneState.RELEASED, TODAY)
    back = await connected.erp.unrelease_billing_milestone(milestone.milestone_id, key="un")
    assert (back.state, back.released_on) == (erp.BillingMilestoneState.PENDING, None)
    await release(milestone.milestone_id, released_on=TODAY, key="release-again")

    invoice = await connected.erp.create_invoice(draft, key="bill")
    assert (await connected.erp.create_invoice(draft, key="bill")).id == invoice.id
    assert invoice.state is erp.InvoiceState.DRAFT
    assert invoice.tax == (milestone.amount * Decimal("0.19")).rounded()
    assert invoice.total == milestone.amount + invoice.tax
    reserved = await now(connected, milestone)
    assert (reserved.state, reserved.invoice_id) == (
        erp.BillingMilestoneState.INVOICED,
        invoice.id,
    )
    with pytest.raises(Refused):
        await connected.erp.create_invoice(draft, key="bill-twice")

    gone = await connected.erp.cancel_invoice(invoice.id, key="cancel")
    assert gone is not None
    assert gone.state is erp.InvoiceState.CANCELLED
    assert (await now(connected, milestone)).state is erp.BillingMilestoneState.RELEASED
    schedule = (await connected.erp.billing_schedules_by_contract([milestone.contract_id]))[
        milestone.contract_id
    ]
    freed = next(line for line in schedule.lines if line.milestone_id == milestone.milestone_id)
    assert (freed.state, freed.invoice_id) == (erp.BillingLineState.READY, None)


async def issued_invoice(connected: ConnectedSystems, key: str) -> erp.Invoice:
    milestone = await pending_milestone(connected)
    await connected.erp.release_billing_milestone(
        milestone.milestone_id, released_on=TODAY, key=f"{key}-release"
    )
    draft = await invoice_draft(connected, milestone)
    invoice = await connected.erp.create_invoice(draft, key=f"{key}-create")
    return await connected.erp.issue_invoice(
        invoice.id, issued_on=TODAY, due_on=TODAY + timedelta(days=30), key=f"{key}-issue"
    )


async def test_an_issued_invoice_counts_and_cannot_be_cancelled(
    connected: ConnectedSystems,
) -> None:
    milestone = await pending_milestone(connected)
    before = (await connected.erp.projects([milestone.project_id]))[milestone.project_id]
    totals = await connected.erp.billing_totals_by_contract([milestone.contract_id])
    invoice = await issued_invoice(connected, "issue")
    assert invoice.number.startswith(f"{invoice.legal_entity}-2026-")
    after = (await connected.erp.projects([invoice.project_id]))[invoice.project_id]
    assert after.billed == before.billed + invoice.subtotal
    news = (await connected.erp.billing_totals_by_contract([invoice.contract_id]))[
        invoice.contract_id
    ]
    former = totals.get(invoice.contract_id)
    zero = Money.zero(invoice.total.currency)
    assert news.invoiced == (former.invoiced if former else zero) + invoice.total
    again = await connected.erp.issue_invoice(
        invoice.id, issued_on=TODAY, due_on=TODAY, key="issue-again"
    )
    assert again.source.version == invoice.source.version
    with pytest.raises(Refused) as caught:
        await connected.erp.cancel_invoice(invoice.id, key="no-cancel")
    assert caught.value.code == "NotDraft"
    assert await connected.erp.cancel_invoice("INV-999999", key="never-was") is None


async def test_a_dispute_is_credited(connected: ConnectedSystems) -> None:
    invoice = await issued_invoice(connected, "dispute")
    currency = invoice.total.currency
    draft = drafts.DisputeDraft(
        invoice.id, "Too much", Money.of(100, currency), TODAY, "their accounting"
    )
    for wrong in (Money.of(0, currency), invoice.total + Money.of("0.01", currency)):
        with pytest.raises(Refused) as caught:
            await connected.erp.open_dispute(replace(draft, amount=wrong), key=f"no-{wrong.amount}")
        assert caught.value.code == "BeyondBalance"
    with pytest.raises(Refused):
        other = "USD" if currency != "USD" else "EUR"
        await connected.erp.open_dispute(replace(draft, amount=Money.of(1, other)), key="no-ccy")
    dispute = await connected.erp.open_dispute(draft, key="open")
    assert (await connected.erp.open_dispute(draft, key="open")).id == dispute.id
    disputed = (await connected.erp.invoices([invoice.id]))[invoice.id]
    assert disputed.state is erp.InvoiceState.DISPUTED
    second = await connected.erp.open_dispute(draft, key="open-another")

    resolved = await connected.erp.resolve_dispute(
        dispute.id,
        state=erp.DisputeState.CREDITED,
        resolution="They are right",
        credit=Money.of(60, currency),
        resolved_on=TODAY,
        key="resolve",
        expected_version=dispute.source.version,
    )
    assert resolved.state is erp.DisputeState.CREDITED
    notes = (await connected.erp.credit_notes_by_invoice([invoice.id]))[invoice.id]
    assert [(note.id, note.amount) for note in notes] == [
        (resolved.credit_note_id, Money.of(60, currency))
    ]
    # The other dispute still stands, so the invoice stays contested until that one is closed.
    still = (await connected.erp.invoices([invoice.id]))[invoice.id]
    assert still.state is erp.InvoiceState.DISPUTED
    await connected.erp.resolve_dispute(
        second.id,
        state=erp.DisputeState.UPHELD,
        resolution="We are right",
        credit=None,
        resolved_on=TODAY,
        key="uphold",
    )
    settled = (await connected.erp.invoices([invoice.id]))[invoice.id]
    assert settled.state is erp.InvoiceState.ISSUED
    assert settled.credited == Money.of(60, currency)
    with pytest.raises(Refused) as caught:
        await connected.erp.resolve_dispute(
            second.id,
            state=erp.DisputeState.CREDITED,
            resolution="Or not",
            credit=None,
            resolved_on=TODAY,
            key="change-of-mind",
        )
    assert caught.value.code == "AlreadyResolved"
    events = {(e.type, e.subject) for e in (await connected.erp.changes(None, limit=500)).events}
    assert {("invoice.disputed", dispute.id), ("dispute.resolved", dispute.id)} <= events


def time_draft(project: psa.DeliveryProject, currency: str) -> drafts.TimesheetEntryDraft:
    return drafts.TimesheetEntryDraft(
        resource_id="RES-000001",
        contract_id=project.contract_id,
        delivery_project_id=project.id,
        task_id=None,
        role="Consultant",
        worked_on=TODAY,
        hours=Decimal("7.75"),
        billable=True,
        bill_rate=Money.of("125.50", currency),
        note='It\'s done; "quoted", ünïcödé',
    )


async def test_time_is_submitted_approved_billed_and_freed(connected: ConnectedSystems) -> None:
    project = (await connected.psa.delivery_projects_by_contract(["CTR-000053"]))["CTR-000053"]
    before = (await connected.psa.time_totals_by_contract(["CTR-000053"]))["CTR-000053"]
    draft = time_draft(project, "EUR")
    entry = await connected.psa.submit_time(draft, key="time")
    assert (await connected.psa.submit_time(draft, key="time")).id == entry.id
    assert entry.state is psa.EntryState.SUBMITTED
    assert (entry.note, entry.hours) == (draft.note, draft.hours)
    assert entry.cost_rate.currency == "EUR"
    booked = (await connected.psa.delivery_projects([project.id]))[project.id]
    assert booked.actual_hours == project.actual_hours + draft.hours

    with pytest.raises(Refused):
        await connected.psa.mark_time_invoiced([entry.id], invoice_id="INV-1", key="too-early")
    (approved,) = await connected.psa.approve_time([entry.id], approved_by="user-b", key="approve")
    assert (approved.state, approved.approved_by) == (psa.EntryState.APPROVED, "user-b")
    after = (await connected.psa.time_totals_by_contract(["CTR-000053"]))["CTR-000053"]
    assert after.unbilled_value == before.unbilled_value + draft.bill_rate * draft.hours
    assert after.hours == before.hours + draft.hours

    mark = connected.psa.mark_time_invoiced
    (billed,) = await mark([entry.id], invoice_id="INV-X", key="mark")
    assert (billed.state, billed.invoice_id) == (psa.EntryState.INVOICED, "INV-X")
    (same,) = await mark([entry.id], invoice_id="INV-X", key="mark-again")
    assert same.source.version == billed.source.version
    with pytest.raises(Refused):
        await mark([entry.id], invoice_id="INV-Y", key="steal")
    with pytest.raises(Refused):
        await mark([entry.id, "TIM-999999"], invoice_id="INV-X", key="half")
    (freed,) = await connected.psa.unmark_time_invoiced("INV-X", key="unmark")
    assert (freed.state, freed.invoice_id) == (psa.EntryState.APPROVED, None)
    assert await connected.psa.unmark_time_invoiced("INV-X", key="unmark-again") == ()


async def test_time_that_cannot_be_is_refused(connected: ConnectedSystems) -> None:
    project = (await connected.psa.delivery_projects_by_contract(["CTR-000053"]))["CTR-000053"]
    good = time_draft(project, "EUR")
    for name, wrong in {
        "hours": replace(good, hours=Decimal(25)),
        "no-hours": replace(good, hours=Decimal(0)),
        "person": replace(good, resource_id="RES-999999"),
        "project": replace(good, delivery_project_id="DLV-999999"),
        "contract": replace(good, contract_id="CTR-000054"),
        "task": replace(good, task_id="TSK-999999"),
    }.items():
        with pytest.raises(Refused):
            await connected.psa.submit_time(wrong, key=f"wrong-{name}")
    kept = (await connected.psa.delivery_projects([project.id]))[project.id]
    assert kept.source.version == project.source.version


async def test_expenses_and_assignments(connected: ConnectedSystems) -> None:
    project = (await connected.psa.delivery_projects_by_contract(["CTR-000054"]))["CTR-000054"]
    expense = await connected.psa.record_expense(
        drafts.ExpenseDraft(
            resource_id="RES-000001",
            contract_id=project.contract_id,
            delivery_project_id=project.id,
            category="Travel",
            amount=Money.of("99.90", "EUR"),
            incurred_on=TODAY,
            billable=True,
            description="Train",
        ),
        key="expense",
    )
    found_expenses = await connected.psa.expenses_by_contract(["CTR-000054"])
    assert expense.id in {each.id for each in found_expenses["CTR-000054"]}
    assignment = await connected.psa.create_assignment(
        drafts.AssignmentDraft(
            resource_id="RES-000001",
            contract_id=project.contract_id,
            delivery_project_id=project.id,
            role="Consultant",
            percent=Decimal("12.5"),
            commitment=Commitment.SOFT,
            start_date=TODAY,
            end_date=TODAY + timedelta(days=30),
        ),
        key="assignment",
    )
    where = filters.AssignmentFilter(
        resource_ids=("RES-000001",), overlaps_from=TODAY, overlaps_to=TODAY
    )
    found = (await connected.psa.list_assignments(where, ALL)).items
    assert assignment.id in {each.id for each in found}
