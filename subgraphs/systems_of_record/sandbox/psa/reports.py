"""Sums that the sandbox PSA computes over its own entries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from subgraphs.systems_of_record.sandbox.conditions import column, extracted
from subgraphs.systems_of_record.sandbox.psa.kinds import CATALOGUE, TIME_REPORT
from subgraphs.systems_of_record.sandbox.store import Document, Store

# Grouped by rate, so that few rows are multiplied with Decimal: hours are quarters of an hour,
# which binary floating point sums exactly.
_CONTRACT = column(CATALOGUE["time_entries"], "contract_id")
_GROUPED = ", ".join([_CONTRACT, *map(extracted, TIME_REPORT[1:-1])])
_TIME = (
    f"SELECT {_GROUPED}, SUM({extracted(TIME_REPORT[-1])}) "  # noqa: S608 - constants only
    f'FROM "time_entries" WHERE {_CONTRACT} IN (SELECT value FROM json_each(?)) '
    "GROUP BY 1, 2, 3, 4, 5, 6"
)
_EXPENSES = (
    "SELECT json_extract(doc, '$.contract_id'), json_extract(doc, '$.state'), "
    "json_extract(doc, '$.amount.amount'), json_extract(doc, '$.amount.currency') "
    "FROM \"expenses\" WHERE COALESCE(json_extract(doc, '$.contract_id'), '') "
    "IN (SELECT value FROM json_each(?))"
)
_MONEY = ("billable_value", "unbilled_value", "cost", "expenses")


def time_totals(store: Store, contract_ids: Sequence[str]) -> list[Document]:
    """The sums under each contract that has time or expenses; rejected entries count nowhere."""
    totals: dict[str, dict[str, Any]] = {}
    for contract, state, billable, rate, currency, cost, hours in store.aggregate(
        _TIME, contract_ids
    ):
        sums = totals.setdefault(contract, _nothing(currency))
        if state != "REJECTED":
            _add(sums, state, bool(billable), Decimal(rate), Decimal(cost), Decimal(str(hours)))
    for contract, state, amount, currency in store.aggregate(_EXPENSES, contract_ids):
        sums = totals.setdefault(contract, _nothing(currency))
        if state != "REJECTED":
            sums["expenses"] += Decimal(amount)
    return [_document(contract, sums) for contract, sums in sorted(totals.items())]


def _add(
    sums: dict[str, Any], state: str, billable: bool, rate: Decimal, cost: Decimal, hours: Decimal
) -> None:
    sums["hours"] += hours
    sums["cost"] += hours * cost
    if state == "SUBMITTED":
        sums["submitted_hours"] += hours
    if billable and state in ("APPROVED", "INVOICED"):
        sums["billable_hours"] += hours
        sums["billable_value"] += hours * rate
    if billable and state == "APPROVED":
        sums["unbilled_hours"] += hours
        sums["unbilled_value"] += hours * rate


def _nothing(currency: str) -> dict[str, Any]:
    names = ("hours", "billable_hours", "unbilled_hours", "submitted_hours", *_MONEY)
    zeros: dict[str, Any] = dict.fromkeys(names, Decimal(0))
    return zeros | {"currency": currency}


def _document(contract: str, sums: dict[str, Any]) -> Document:
    currency = sums.pop("currency")
    document: Document = {"contract_id": contract}
    for name, value in sums.items():
        text = format(value, "f")
        document[name] = {"amount": text, "currency": currency} if name in _MONEY else text
    return document
