"""What was billed: schedules, milestones, invoices, disputes, credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from subgraphs.systems_of_record.records.clm import (
    Contract,
    ContractState,
    FixedFeeTerms,
    Milestone,
    MilestoneTerms,
    RetainerTerms,
)
from subgraphs.systems_of_record.records.common import EngagementType, Money
from subgraphs.systems_of_record.records.erp import (
    BillingLineState,
    BillingMilestone,
    BillingMilestoneState,
    BillingSchedule,
    BillingScheduleLine,
    CreditNote,
    Dispute,
    DisputeState,
    Invoice,
    InvoiceLine,
    InvoiceState,
    RecordState,
)
from subgraphs.systems_of_record.records.psa import EntryState, TimesheetEntry
from subgraphs.systems_of_record.sandbox.seed.contracts import Agreed
from subgraphs.systems_of_record.sandbox.seed.firm import NO_SOURCE, add_months, months_between
from subgraphs.systems_of_record.sandbox.seed.work import Work

_REASONS = (
    "Hours not agreed with the project lead", "Wrong rate for the role",
    "Milestone was accepted later", "Purchase order number is missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a contract's value: when it falls due and whether it has been billed."""

    on: date
    amount: Money
    description: str
    billed: bool
    milestone: Milestone | None = None
    lines: tuple[InvoiceLine, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Billed:
    """Everything that the ERP knows about a contract's billing.

    `invoice_of_entry` says which timesheet entries an invoice carries.
    """

    schedule: BillingSchedule
    milestones: tuple[BillingMilestone, ...]
    invoices: tuple[Invoice, ...]
    disputes: tuple[Dispute, ...]
    credit_notes: tuple[CreditNote, ...]
    invoice_of_entry: dict[str, str]


def dues(agreed: Agreed, work: Work, until: date, today: date) -> list[Due]:
    """The parts of a contract's value in order; billed ones fell due before `until`."""
    contract = agreed.contract
    match contract.billing_terms:
        case FixedFeeTerms(instalments=instalments):
            return [Due(i.due_on, i.amount, i.description, i.due_on < until) for i in instalments]
        case RetainerTerms(amount=amount):
            return [
                Due(month, amount, f"Retainer {month:%B %Y}", add_months(month, 1) <= until)
                for month in months_between(contract.start_date, contract.end_date)
            ]
        case MilestoneTerms():
            return [
                # A fortnight passes between the due date and billing: some are only released.
                Due(m.due_date, m.amount, m.name, m.due_date + timedelta(days=14) < until, m)
                for m in agreed.milestones
            ]
    return _time_dues(contract, work, until, today)


def _time_dues(contract: Contract, work: Work, until: date, today: date) -> list[Due]:
    months = months_between(contract.start_date, contract.end_date)
    running = contract.end_date >= today
    last_billed = min(until, add_months(today.replace(day=1), -1 if running else 0))
    found, spent = [], Money.zero(contract.currency)
    for month in months:
        if add_months(month, 1) > last_billed:
            break
        billable = [entry for entry in work.entries if _billable_in(entry, month)]
        lines = _time_lines(billable, contract.currency)
        amount = Money.total((line.amount for line in lines), contract.currency)
        if not lines:
            continue
        spent += amount
        entries = tuple(entry.id for entry in billable)
        text = f"Time and materials {month:%B %Y}"
        found.append(Due(add_months(month, 1), amount, text, True, None, lines, entries))
    left = [month for month in months if month >= today.replace(day=1)]
    return found + _planned_time(contract, spent, left)


def _planned_time(contract: Contract, spent: Money, months: Sequence[date]) -> list[Due]:
    rest = contract.total_value - spent
    if not months or rest.amount <= 0:
        return []
    part = Money(rest.amount // len(months), contract.currency)
    last = rest - part * (len(months) - 1)
    return [
        Due(
            min(add_months(month, 1), contract.end_date),
            last if month == months[-1] else part,
            f"Time and materials {month:%B %Y}",
            False,
        )
        for month in months
    ]


def _billable_in(entry: TimesheetEntry, month: date) -> bool:
    if not entry.billable or entry.state is not EntryState.APPROVED:
        return False
    # A few approved entries were overlooked by billing: revenue that leaks.
    return entry.worked_on.replace(day=1) == month and int(entry.id[4:]) % 37 != 0


def _time_lines(entries: Sequence[TimesheetEntry], currency: str) -> tuple[InvoiceLine, ...]:
    hours: dict[str, Decimal] = {}
    rates: dict[str, Money] = {}
    for entry in entries:
        hours[entry.role] = hours.get(entry.role, Decimal(0)) + entry.hours
        rates[entry.role] = entry.bill_rate
    return tuple(
        InvoiceLine(
            line_id=f"{index}",
            description=f"{role}, {quantity.normalize():f} hours",
            quantity=quantity,
            unit_price=rates[role],
            amount=(rates[role] * quantity).rounded(),
            role=role,
        )
        for index, (role, quantity) in enumerate(sorted(hours.items()), start=1)
    )


def bill(
    agreed: Agreed,
    parts: Sequence[Due],
    tax_rate: Decimal,
    first_invoice: int,
    until: date,
    today: date,
) -> Billed:
    """The schedule over the parts, with an invoice for every billed one."""
    contract = agreed.contract
    project = f"PRJ-{contract.id[4:]}"
    invoices: list[Invoice] = []
    lines: list[BillingScheduleLine] = []
    carried: dict[str, str] = {}
    for index, part in enumerate(parts, start=1):
        line_id, invoice_id = f"L{index:03d}", None
        if part.billed:
            invoice = _invoice(contract, part, line_id, tax_rate, first_invoice + len(invoices))
            invoice = _with_state(invoice, today)
            invoice_id = invoice.id
            invoices.append(invoice)
            carried |= dict.fromkeys(part.entries, invoice.id)
        milestone_id = part.milestone.id if part.milestone else None
        state = _line_state(part, until)
        lines.append(
            BillingScheduleLine(
                line_id, part.on, part.amount, part.description, state, milestone_id, invoice_id
            )
        )
    if invoices and contract.state is ContractState.ACTIVE and int(contract.id[4:]) % 6 == 3:
        # Somebody is still looking over the latest one.
        invoices[-1] = _draft(invoices[-1])
    total = Money.total((part.amount for part in parts), contract.currency)
    schedule = BillingSchedule(
        id=f"BSC-{contract.id[4:]}",
        contract_id=contract.id,
        project_id=project,
        state=RecordState.ACTIVE,
        currency=contract.currency,
        total=total,
        contract_version=contract.version,
        lines=tuple(lines),
        source=NO_SOURCE,
    )
    milestones = tuple(
        _billing_milestone(contract, part, line, until)
        for part, line in zip(parts, lines, strict=True)
        if part.milestone is not None
    )
    invoices.extend(_withdrawn(invoices, first_invoice + len(invoices)))
    disputes, notes = _contested(invoices)
    return Billed(schedule, milestones, tuple(invoices), disputes, notes, carried)


def _line_state(part: Due, until: date) -> BillingLineState:
    if part.billed:
        return BillingLineState.INVOICED
    if part.milestone is not None and part.on < until:
        return BillingLineState.READY
    return BillingLineState.PLANNED


def _billing_milestone(
    contract: Contract, part: Due, line: BillingScheduleLine, until: date
) -> BillingMilestone:
    milestone = part.milestone
    assert milestone is not None  # noqa: S101 - the caller picked parts with milestones
    state, released = BillingMilestoneState.PENDING, None
    if part.billed:
        state, released = BillingMilestoneState.INVOICED, part.on + timedelta(days=3)
    elif part.on < until:
        state, released = BillingMilestoneState.RELEASED, part.on + timedelta(days=1)
    return BillingMilestone(
        id=f"BML-{milestone.id[4:]}",
        contract_id=contract.id,
        project_id=f"PRJ-{contract.id[4:]}",
        milestone_id=milestone.id,
        name=milestone.name,
        amount=milestone.amount,
        due_date=milestone.due_date,
        acceptance_criteria=milestone.acceptance_criteria,
        state=state,
        released_on=released,
        invoice_id=line.invoice_id,
        source=NO_SOURCE,
    )


def _invoice(
    contract: Contract, part: Due, line_id: str, tax_rate: Decimal, number: int
) -> Invoice:
    lines = part.lines or (
        InvoiceLine("1", part.description, Decimal(1), part.amount, part.amount),
    )
    milestone_id = part.milestone.id if part.milestone else None
    first = replace(lines[0], milestone_id=milestone_id, schedule_line_id=line_id)
    issued = part.on + timedelta(days=5)
    tax = Money(part.amount.amount * tax_rate, contract.currency).rounded()
    zero = Money.zero(contract.currency)
    billed_by_time = contract.engagement_type is EngagementType.TIME_AND_MATERIALS
    return Invoice(
        id=f"INV-{number:06d}",
        number=f"{contract.legal_entity}-{issued.year}-{number:06d}",
        contract_id=contract.id,
        project_id=f"PRJ-{contract.id[4:]}",
        customer_id=contract.customer_id,
        legal_entity=contract.legal_entity,
        region=contract.region,
        state=InvoiceState.ISSUED,
        issued_on=issued,
        due_on=issued + timedelta(days=contract.payment_terms_days),
        period_start=add_months(part.on, -1) if billed_by_time else None,
        period_end=part.on - timedelta(days=1) if billed_by_time else None,
        subtotal=part.amount,
        tax=tax,
        total=part.amount + tax,
        paid=zero,
        credited=zero,
        lines=(first, *lines[1:]),
        source=NO_SOURCE,
    )


def _with_state(invoice: Invoice, today: date) -> Invoice:
    """What became of an invoice: by its number, so that every state occurs."""
    number = int(invoice.id[4:])
    assert invoice.issued_on is not None and invoice.due_on is not None  # noqa: S101
    if invoice.issued_on > today:
        return _draft(invoice)
    if number % 19 == 5:
        return replace(invoice, state=InvoiceState.DISPUTED)
    if number % 23 == 11:
        return replace(invoice, state=InvoiceState.CREDITED, credited=invoice.total)
    if invoice.due_on >= today:
        if number % 5 == 0:
            return replace(invoice, state=InvoiceState.PAID, paid=invoice.total)
        return invoice
    if number % 11 == 4:
        return replace(invoice, state=InvoiceState.OVERDUE)
    if number % 13 == 6:
        half = Money(invoice.total.amount / 2, invoice.total.currency).rounded()
        return replace(invoice, state=InvoiceState.PARTIALLY_PAID, paid=half)
    return replace(invoice, state=InvoiceState.PAID, paid=invoice.total)


def _draft(invoice: Invoice) -> Invoice:
    zero = Money.zero(invoice.total.currency)
    return replace(
        invoice,
        state=InvoiceState.DRAFT,
        issued_on=None,
        due_on=None,
        number="",
        paid=zero,
        credited=zero,
    )


def _withdrawn(invoices: Sequence[Invoice], number: int) -> list[Invoice]:
    """A draft that was replaced by a corrected one, for contracts with many invoices."""
    if len(invoices) < 8:
        return []
    model = invoices[0]
    line = replace(model.lines[0], milestone_id=None, schedule_line_id=None)
    zero = Money.zero(model.total.currency)
    return [
        replace(
            model,
            id=f"INV-{number:06d}",
            number="",
            state=InvoiceState.CANCELLED,
            issued_on=None,
            due_on=None,
            paid=zero,
            credited=zero,
            lines=(line, *model.lines[1:]),
        )
    ]


def _contested(
    invoices: Sequence[Invoice],
) -> tuple[tuple[Dispute, ...], tuple[CreditNote, ...]]:
    disputes: list[Dispute] = []
    notes: list[CreditNote] = []
    for invoice in invoices:
        dispute = _dispute(invoice)
        if dispute is None:
            continue
        if dispute.state is DisputeState.CREDITED:
            note = _credit_note(invoice, dispute)
            notes.append(note)
            dispute = replace(dispute, credit_note_id=note.id)
        disputes.append(dispute)
    return tuple(disputes), tuple(notes)


def _dispute(invoice: Invoice) -> Dispute | None:
    number = int(invoice.id[4:])
    if invoice.issued_on is None:
        return None
    states = {InvoiceState.CREDITED: DisputeState.CREDITED}
    if invoice.state is InvoiceState.DISPUTED:
        state = DisputeState.UNDER_REVIEW if number % 2 else DisputeState.OPEN
    elif invoice.state is InvoiceState.PAID and number % 31 == 7:
        state = DisputeState.UPHELD
    elif invoice.state in states:
        state = states[invoice.state]
    else:
        return None
    closed = state in (DisputeState.CREDITED, DisputeState.UPHELD)
    opened = invoice.issued_on + timedelta(days=6)
    third = (invoice.total.amount / 3).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    credited = state is DisputeState.CREDITED
    amount = invoice.total if credited else Money(third, invoice.total.currency)
    return Dispute(
        id=f"DSP-{number:06d}",
        invoice_id=invoice.id,
        contract_id=invoice.contract_id,
        state=state,
        reason=_REASONS[number % len(_REASONS)],
        amount=amount,
        opened_on=opened,
        opened_by=f"accounts payable of {invoice.customer_id}",
        resolved_on=opened + timedelta(days=15) if closed else None,
        resolution="Credited in full" if credited else "Evidence accepted" if closed else None,
        credit_note_id=None,
        source=NO_SOURCE,
    )


def _credit_note(invoice: Invoice, dispute: Dispute) -> CreditNote:
    assert dispute.resolved_on is not None  # noqa: S101 - credited disputes are resolved
    return CreditNote(
        id=f"CRN-{invoice.id[4:]}",
        number=f"CN-{invoice.number}",
        invoice_id=invoice.id,
        contract_id=invoice.contract_id,
        dispute_id=dispute.id,
        amount=dispute.amount,
        issued_on=dispute.resolved_on,
        reason=dispute.reason,
        source=NO_SOURCE,
    )
