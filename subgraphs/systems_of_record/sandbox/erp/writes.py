"""Creating and changing the ERP's objects, under its own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from subgraphs.systems_of_record.sandbox.erp import invoicing
from subgraphs.systems_of_record.sandbox.shapes import require_shape
from subgraphs.systems_of_record.sandbox.store import Document, Store, StoredObject
from subgraphs.systems_of_record.sandbox.writing import RuleError

Fields = Mapping[str, Any]


def create(store: Store, name: str, fields: Fields) -> StoredObject:
    """Create what has no key of its own: an invoice or a dispute."""
    match name:
        case "Invoices":
            return invoicing.create_invoice(store, fields)
        case "Disputes":
            return invoicing.open_dispute(store, fields)
    raise RuleError("NotCreatable", f"{name} are written by their alternate key.")


def upsert(
    store: Store,
    name: str,
    current: StoredObject | None,
    fields: Fields,
    expected_version: int | None,
) -> StoredObject:
    """Create an object, or change the current one at the expected version (None: any)."""
    kind = store.catalogue[name]
    former = current.doc if current is not None else None
    base = former if former is not None else WRITABLE[name](fields)
    document: Document = {**base, **fields}
    require_shape(kind, store.catalogue.codec, document)
    if name == "RevenueSchedules":
        document["Recognised"] = _recognised(document)
    if current is None:
        _check_rules(store, name, former, document)
        return store.insert(name, document)
    # The version is judged before the rules: who acts on an old version should hear that.
    if expected_version is None or expected_version == current.version:
        _check_rules(store, name, former, document)
    return store.update(name, current.id, document, expected_version=expected_version)


def _check_rules(store: Store, name: str, former: Document | None, document: Document) -> None:
    match name:
        case "BillingSchedules" if former is not None:
            _keep_invoiced_lines(former, document)
        case "BillingMilestones" if former is not None:
            if former["State"] == "INVOICED" and document != former:
                raise RuleError("MilestoneInvoiced", "An invoiced milestone cannot change.")
        case "PurchaseOrders":
            _check_purchase_order(store, document)
        case "Projects":
            if store.get("CustomerAccounts", document["CustomerAccountId"]) is None:
                raise RuleError("NoSuchAccount", "The customer account does not exist.")
        case "CustomerAccounts":
            if store.get("LegalEntities", document["LegalEntity"]) is None:
                raise RuleError("NoSuchLegalEntity", "The legal entity does not exist.")


def _keep_invoiced_lines(former: Document, document: Document) -> None:
    now = {line["LineId"]: line for line in document["Lines"]}
    for line in former["Lines"]:
        if line["State"] == "INVOICED" and now.get(line["LineId"]) != line:
            raise RuleError("LineInvoiced", f"Line {line['LineId']} is invoiced.")


def _check_purchase_order(store: Store, document: Document) -> None:
    vendor = store.get("Vendors", document["VendorId"])
    if vendor is None:
        raise RuleError("NoSuchVendor", "The vendor does not exist.")
    if document["State"] == "OPEN" and not vendor.doc["Approved"]:
        raise RuleError("VendorNotApproved", "The vendor is not approved.")
    if Decimal(document["Limit"]["Amount"]) < Decimal(document["Spent"]["Amount"]):
        raise RuleError("BelowSpent", "The limit is below what was spent.")


def _recognised(document: Document) -> dict[str, str]:
    posted = (Decimal(line["Amount"]["Amount"]) for line in document["Lines"] if line["Recognised"])
    return {"Amount": format(sum(posted, Decimal(0)), "f"), "Currency": document["Currency"]}


def _zero(fields: Fields, name: str) -> dict[str, Any]:
    money = fields.get(name)
    # Where there is no such money the document's shape is refused anyway.
    return {"Amount": "0", "Currency": money.get("Currency") if isinstance(money, dict) else ""}


def _project(fields: Fields) -> Document:
    zero = _zero(fields, "ContractValue")
    return dict.fromkeys(("ActualCost", "CommittedCost", "Billed", "RecognisedRevenue"), zero)


# The sets that are written by key, each with what the ERP itself decides about a new object.
WRITABLE: Mapping[str, Callable[[Fields], Document]] = {
    "CustomerAccounts": lambda fields: {"Active": True},
    "Projects": _project,
    "BillingRules": lambda fields: {"State": "ACTIVE"},
    "BillingSchedules": lambda fields: {"State": "ACTIVE"},
    "BillingMilestones": lambda fields: {"ReleasedOn": None, "InvoiceId": None},
    "RevenueSchedules": lambda fields: {"State": "ACTIVE", "Recognised": _zero(fields, "Total")},
    "PurchaseOrders": lambda fields: {"Spent": _zero(fields, "Limit")},
    "PublishedRateCards": lambda fields: {"State": "ACTIVE"},
}
