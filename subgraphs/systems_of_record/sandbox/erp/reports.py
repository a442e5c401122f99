"""Sums that the sandbox ERP computes over its own records."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from subgraphs.systems_of_record.sandbox.store import Document, Store

# Sums are made with Decimal in Python: SQLite would sum in binary floating point.
_INVOICES = (
    "SELECT json_extract(doc, '$.ContractId'), json_extract(doc, '$.State'), "
    "json_extract(doc, '$.Total.Currency'), json_extract(doc, '$.Total.Amount'), "
    "json_extract(doc, '$.Paid.Amount'), json_extract(doc, '$.Credited.Amount') "
    "FROM \"Invoices\" WHERE COALESCE(json_extract(doc, '$.ContractId'), '') "
    "IN (SELECT value FROM json_each(?))"
)
_DISPUTES = (
    "SELECT json_extract(doc, '$.ContractId'), json_extract(doc, '$.State'), "
    "json_extract(doc, '$.Amount.Amount') "
    "FROM \"Disputes\" WHERE COALESCE(json_extract(doc, '$.ContractId'), '') "
    "IN (SELECT value FROM json_each(?))"
)


def billing_totals(store: Store, contract_ids: Sequence[str]) -> list[Document]:
    """What was billed under each contract that has invoices; cancelled ones count nowhere."""
    totals: dict[str, dict[str, Any]] = {}
    for contract, state, currency, total, paid, credited in store.aggregate(
        _INVOICES, contract_ids
    ):
        sums = totals.setdefault(contract, _nothing(currency))
        if state == "CANCELLED":
            continue
        if state == "DRAFT":
            sums["Draft"] += Decimal(total)
            continue
        sums["InvoiceCount"] += 1
        sums["Invoiced"] += Decimal(total)
        sums["Paid"] += Decimal(paid)
        sums["Credited"] += Decimal(credited)
    for contract, state, amount in store.aggregate(_DISPUTES, contract_ids):
        sums = totals[contract]
        sums["DisputeCount"] += 1
        if state in ("OPEN", "UNDER_REVIEW"):
            sums["Disputed"] += Decimal(amount)
    return [_document(contract, sums) for contract, sums in sorted(totals.items())]


def _nothing(currency: str) -> dict[str, Any]:
    names = ("Invoiced", "Paid", "Credited", "Disputed", "Draft")
    zeros: dict[str, Any] = dict.fromkeys(names, Decimal(0))
    return zeros | {"Currency": currency, "InvoiceCount": 0, "DisputeCount": 0}


def _document(contract: str, sums: dict[str, Any]) -> Document:
    sums["Outstanding"] = sums["Invoiced"] - sums["Paid"] - sums["Credited"]
    currency = sums.pop("Currency")
    counts = {name: sums.pop(name) for name in ("InvoiceCount", "DisputeCount")}
    money = {
        name: {"Amount": format(amount, "f"), "Currency": currency} for name, amount in sums.items()
    }
    return {"ContractId": contract, **money, **counts}
