"""The bound actions of the ERP's entity sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from subgraphs.systems_of_record.query.predicates import And, Compare, In
from subgraphs.systems_of_record.sandbox.erp import invoicing
from subgraphs.systems_of_record.sandbox.store import StaleVersionError, Store, StoredObject
from subgraphs.systems_of_record.sandbox.writing import RuleError

Fields: TypeAlias = Mapping[str, Any]
Action: TypeAlias = Callable[[Store, StoredObject, Fields], StoredObject]


def perform(
    store: Store,
    name: str,
    action: str,
    current: StoredObject,
    fields: Fields,
    expected_version: int | None,
) -> StoredObject:
    """Run an action on an object. Raises RuleError, StaleVersionError."""
    function = _ACTIONS.get((name, action))
    if function is None:
        raise RuleError("NoSuchAction", f"{name} have no action {action}.")
    if expected_version is not None and expected_version != current.version:
        raise StaleVersionError(current)
    return function(store, current, fields)


def _cancel(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    return store.update(current.kind, current.id, {"State": "CANCELLED"})


def _cancel_account(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    condition = And(
        (
            Compare("CustomerAccountId", "=", current.id),
            In("State", ("PLANNED", "ACTIVE", "ON_HOLD")),
        )
    )
    if store.query("Projects", condition, limit=1).objects:
        raise RuleError("AccountInUse", "A live project is booked on the account.")
    return store.update(current.kind, current.id, {"Active": False})


def _cancel_project(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    billed = And(
        (
            Compare("ContractId", "=", current.doc["ContractId"]),
            Compare("State", "!=", "DRAFT"),
            Compare("State", "!=", "CANCELLED"),
        )
    )
    if store.query("Invoices", billed, limit=1).objects:
        raise RuleError("ProjectBilled", "The project has invoices.")
    return _cancel(store, current, fields)


def _cancel_schedule(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if any(line["State"] == "INVOICED" for line in current.doc["Lines"]):
        raise RuleError("LineInvoiced", "A line of the schedule is invoiced.")
    return _cancel(store, current, fields)


def _cancel_milestone(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if current.doc["State"] == "INVOICED":
        raise RuleError("MilestoneInvoiced", "The milestone is invoiced.")
    return _cancel(store, current, fields)


def _cancel_revenue(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if Decimal(current.doc["Recognised"]["Amount"]):
        raise RuleError("RevenueRecognised", "Revenue of the schedule is recognised.")
    return _cancel(store, current, fields)


def _cancel_purchase_order(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if Decimal(current.doc["Spent"]["Amount"]):
        raise RuleError("OrderSpent", "Something was received on the order.")
    return _cancel(store, current, fields)


def _release(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if current.doc["State"] == "RELEASED":
        return current
    if current.doc["State"] != "PENDING":
        raise RuleError("NotPending", "Only a pending milestone can be released.")
    released_on = invoicing.day(fields, "ReleasedOn")
    _set_schedule_line(store, current, "PLANNED", "READY")
    changes = {"State": "RELEASED", "ReleasedOn": released_on.isoformat()}
    return store.update(current.kind, current.id, changes)


def _unrelease(store: Store, current: StoredObject, fields: Fields) -> StoredObject:
    if current.doc["State"] == "PENDING":
        return current
    if current.doc["State"] != "RELEASED":
        raise RuleError("NotReleased", "Only a released milestone can be put back.")
    _set_schedule_line(store, current, "READY", "PLANNED")
    return store.update(current.kind, current.id, {"State": "PENDING", "ReleasedOn": None})


def _set_schedule_line(store: Store, milestone: StoredObject, before: str, after: str) -> None:
    schedule = store.find("BillingSchedules", milestone.doc["ContractId"])
    if schedule is None:
        return
    wanted = milestone.doc["MilestoneId"]
    lines = [
        {**line, "State": after}
        if line["MilestoneId"] == wanted and line["State"] == before
        else line
        for line in schedule.doc["Lines"]
    ]
    store.update(schedule.kind, schedule.id, {"Lines": lines})


_ACTIONS: Mapping[tuple[str, str], Action] = {
    ("CustomerAccounts", "Cancel"): _cancel_account,
    ("Projects", "Cancel"): _cancel_project,
    ("BillingRules", "Cancel"): _cancel,
    ("BillingSchedules", "Cancel"): _cancel_schedule,
    ("BillingMilestones", "Cancel"): _cancel_milestone,
    ("BillingMilestones", "Release"): _release,
    ("BillingMilestones", "Unrelease"): _unrelease,
    ("RevenueSchedules", "Cancel"): _cancel_revenue,
    ("PurchaseOrders", "Cancel"): _cancel_purchase_order,
    ("PublishedRateCards", "Cancel"): _cancel,
    ("Invoices", "Issue"): invoicing.issue_invoice,
    ("Invoices", "Cancel"): invoicing.cancel_invoice,
    ("Disputes", "Resolve"): invoicing.resolve_dispute,
}
