"""Invoices, disputes and credit notes, under the ERP's rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, TypeAlias

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.query.predicates import And, Compare, In
from subgraphs.systems_of_record.sandbox.shapes import require_shape
from subgraphs.systems_of_record.sandbox.store import Document, Store, StoredObject
from subgraphs.systems_of_record.sandbox.writing import RuleError

Fields: TypeAlias = Mapping[str, Any]
_OPEN = ("ISSUED", "PARTIALLY_PAID", "OVERDUE", "DISPUTED")


def create_invoice(store: Store, fields: Fields) -> StoredObject:
    """A DRAFT over the given lines; what they bill is reserved for it."""
    document = _draft_document(store, fields)
    require_shape(store.catalogue["Invoices"], store.catalogue.codec, document)
    if not document["Lines"]:
        raise RuleError("NoLines", "An invoice has at least one line.")
    stored = store.insert("Invoices", document)
    for line in document["Lines"]:
        if line["MilestoneId"] is not None:
            _bill_milestone(store, line["MilestoneId"], stored.id)
        if line["ScheduleLineId"] is not None:
            _bill_schedule_line(store, document["ContractId"], line["ScheduleLineId"], stored.id)
    return stored


def _draft_document(store: Store, fields: Fields) -> Document:
    try:
        currency = str(fields["Currency"])
        tax_rate = Decimal(fields["TaxRate"])
        amounts = [Decimal(line["Amount"]["Amount"]) for line in fields["Lines"]]
    except (KeyError, TypeError, ArithmeticError) as error:
        raise MalformedDocumentError(f"no invoice: {error!r}") from error
    minor = store.get("Currencies", currency)
    if minor is None:
        raise RuleError("NoSuchCurrency", f"{currency} is not known.")
    unit = Decimal(1).scaleb(-int(minor.doc["MinorUnits"]))
    subtotal = sum(amounts, Decimal(0)).quantize(unit, rounding=ROUND_HALF_EVEN)
    tax = (subtotal * tax_rate).quantize(unit, rounding=ROUND_HALF_EVEN)
    kept = {name: value for name, value in fields.items() if name not in ("Currency", "TaxRate")}
    return kept | {
        "Number": "",
        "State": "DRAFT",
        "IssuedOn": None,
        "DueOn": None,
        "Subtotal": _money(subtotal, currency),
        "Tax": _money(tax, currency),
        "Total": _money(subtotal + tax, currency),
        "Paid": _money(Decimal(0), currency),
        "Credited": _money(Decimal(0), currency),
    }


def _bill_milestone(store: Store, milestone_id: str, invoice_id: str) -> None:
    milestone = store.find("BillingMilestones", milestone_id)
    if milestone is None or milestone.doc["State"] != "RELEASED":
        raise RuleError("MilestoneNotReleased", f"{milestone_id} is not released for billing.")
    changes = {"State": "INVOICED", "InvoiceId": invoice_id}
    store.update("BillingMilestones", milestone.id, changes)


def _bill_schedule_line(store: Store, contract_id: str, line_id: str, invoice_id: str) -> None:
    schedule = store.find("BillingSchedules", contract_id)
    lines = schedule.doc["Lines"] if schedule is not None else []
    line = next((line for line in lines if line["LineId"] == line_id), None)
    if schedule is None or line is None or line["State"] in ("INVOICED", "CANCELLED"):
        raise RuleError("LineNotBillable", f"Schedule line {line_id} cannot be billed.")
    billed = {**line, "State": "INVOICED", "InvoiceId": invoice_id}
    changed = [billed if other is line else other for other in lines]
    store.update("BillingSchedules", schedule.id, {"Lines": changed})


def issue_invoice(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    """DRAFT → ISSUED, with the next number of its legal entity and year."""
    if current.doc["State"] == "ISSUED":
        return current
    if current.doc["State"] != "DRAFT":
        raise RuleError("NotDraft", "Only a draft can be issued.")
    issued_on = day(fields, "IssuedOn")
    _add_to_project(store, current.doc)
    issued = store.update(
        "Invoices",
        current.id,
        {
            "State": "ISSUED",
            "Number": f"{current.doc['LegalEntity']}-{issued_on.year}-{current.id[4:]}",
            "IssuedOn": issued_on.isoformat(),
            "DueOn": day(fields, "DueOn").isoformat(),
        },
    )
    _note(store, "invoice.issued", issued)
    return issued


def _add_to_project(store: Store, invoice: Document) -> None:
    project = store.get("Projects", invoice["ProjectId"])
    if project is None:
        raise RuleError("NoSuchProject", "The invoice's project does not exist.")
    billed = Decimal(project.doc["Billed"]["Amount"]) + Decimal(invoice["Subtotal"]["Amount"])
    changes = {"Billed": _money(billed, project.doc["Billed"]["Currency"])}
    store.update("Projects", project.id, changes)


def cancel_invoice(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    """DRAFT → CANCELLED; milestones and schedule lines are billable again."""
    if current.doc["State"] == "CANCELLED":
        return current
    if current.doc["State"] != "DRAFT":
        raise RuleError("NotDraft", "An issued invoice is credited, not cancelled.")
    for line in current.doc["Lines"]:
        milestone = store.find("BillingMilestones", line["MilestoneId"] or "")
        if milestone is not None and milestone.doc["InvoiceId"] == current.id:
            freed = {"State": "RELEASED", "InvoiceId": None}
            store.update("BillingMilestones", milestone.id, freed)
    schedule = store.find("BillingSchedules", current.doc["ContractId"])
    if schedule is not None:
        lines = [
            {**line, "State": "READY", "InvoiceId": None}
            if line["InvoiceId"] == current.id
            else line
            for line in schedule.doc["Lines"]
        ]
        store.update("BillingSchedules", schedule.id, {"Lines": lines})
    return store.update("Invoices", current.id, {"State": "CANCELLED"})


def open_dispute(store: Store, fields: Fields) -> StoredObject:
    """Contest an amount of an open invoice, which becomes DISPUTED."""
    invoice = store.get("Invoices", str(fields.get("InvoiceId")))
    if invoice is None:
        raise RuleError("NoSuchInvoice", "The invoice does not exist.")
    document = {
        **fields,
        "ContractId": invoice.doc["ContractId"],
        "Region": invoice.doc["Region"],
        "LegalEntity": invoice.doc["LegalEntity"],
        "State": "OPEN",
        "ResolvedOn": None,
        "Resolution": None,
        "CreditNoteId": None,
    }
    require_shape(store.catalogue["Disputes"], store.catalogue.codec, document)
    if invoice.doc["State"] not in _OPEN:
        raise RuleError("InvoiceNotOpen", f"The invoice is {invoice.doc['State']}.")
    if document["Amount"]["Currency"] != invoice.doc["Total"]["Currency"]:
        raise RuleError("WrongCurrency", "The dispute is not in the invoice's currency.")
    if not 0 < Decimal(document["Amount"]["Amount"]) <= _balance(invoice.doc):
        raise RuleError("BeyondBalance", "The amount is not within the invoice's balance.")
    store.update("Invoices", invoice.id, {"State": "DISPUTED"})
    stored = store.insert("Disputes", document)
    _note(store, "invoice.disputed", stored)
    return stored


def resolve_dispute(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    """Close a dispute; if the customer is right, by a credit note."""
    verdict = fields.get("State")
    if verdict not in ("CREDITED", "UPHELD"):
        raise RuleError("NoVerdict", "A dispute is resolved as CREDITED or UPHELD.")
    if current.doc["State"] == verdict:
        return current
    if current.doc["State"] in ("CREDITED", "UPHELD"):
        raise RuleError("AlreadyResolved", f"The dispute is {current.doc['State']}.")
    resolved_on = day(fields, "ResolvedOn").isoformat()
    note = None
    if verdict == "CREDITED":
        note = _credit(store, current, fields, resolved_on).id
    resolved = store.update(
        "Disputes",
        current.id,
        {
            "State": verdict,
            "ResolvedOn": resolved_on,
            "Resolution": str(fields.get("Resolution", "")),
            "CreditNoteId": note,
        },
    )
    _settle_invoice(store, current.doc["InvoiceId"])
    _note(store, "dispute.resolved", resolved)
    return resolved


def _credit(store: Store, dispute: StoredObject, fields: Fields, on: str) -> StoredObject:
    credit = fields.get("Credit") or dispute.doc["Amount"]
    amount = Decimal(credit["Amount"])
    if not 0 < amount <= Decimal(dispute.doc["Amount"]["Amount"]):
        raise RuleError("BeyondDispute", "The credit is not within the disputed amount.")
    invoice = store.get("Invoices", dispute.doc["InvoiceId"])
    if invoice is None:
        raise RuleError("NoSuchInvoice", "The disputed invoice does not exist.")
    currency = invoice.doc["Total"]["Currency"]
    credited = Decimal(invoice.doc["Credited"]["Amount"]) + amount
    store.update("Invoices", invoice.id, {"Credited": _money(credited, currency)})
    document = {
        "Number": f"CN-{invoice.doc['Number']}",
        "InvoiceId": invoice.id,
        "ContractId": invoice.doc["ContractId"],
        "DisputeId": dispute.id,
        "Amount": _money(amount, currency),
        "IssuedOn": on,
        "Reason": dispute.doc["Reason"],
    }
    return store.insert("CreditNotes", document)


def _settle_invoice(store: Store, invoice_id: str) -> None:
    invoice = store.get("Invoices", invoice_id)
    if invoice is None or _contested(store, invoice_id):
        return
    if Decimal(invoice.doc["Credited"]["Amount"]) == Decimal(invoice.doc["Total"]["Amount"]):
        state = "CREDITED"
    elif _balance(invoice.doc) == 0:
        state = "PAID"
    else:
        state = "PARTIALLY_PAID" if Decimal(invoice.doc["Paid"]["Amount"]) else "ISSUED"
    store.update("Invoices", invoice_id, {"State": state})


def _contested(store: Store, invoice_id: str) -> bool:
    unresolved = And((Compare("InvoiceId", "=", invoice_id), In("State", ("OPEN", "UNDER_REVIEW"))))
    return bool(store.query("Disputes", unresolved, limit=1).objects)


def _balance(invoice: Document) -> Decimal:
    total, paid, credited = (
        Decimal(invoice[name]["Amount"]) for name in ("Total", "Paid", "Credited")
    )
    return total - paid - credited


def day(fields: Fields, name: str) -> date:
    """A date among the fields of a request. Raises MalformedDocumentError."""
    try:
        return date.fromisoformat(fields[name])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedDocumentError(f"{name} is a day") from error


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"Amount": format(amount, "f"), "Currency": currency}


def _note(store: Store, type: str, stored: StoredObject) -> None:
    store.record_event(type, stored.id, stored.doc["ContractId"], str(stored.version))
