"""What the contract system does beyond storing: provisioning marks, amendments, renewals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, TypeVar

from subgraphs.systems_of_record.amending import InapplicableAmendmentError, amended
from subgraphs.systems_of_record.codec import MalformedDocumentError, format_instant, parse_instant
from subgraphs.systems_of_record.query.predicates import Compare
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.records.common import Source, System
from subgraphs.systems_of_record.sandbox.clm.kinds import CODEC
from subgraphs.systems_of_record.sandbox.shapes import require_shape
from subgraphs.systems_of_record.sandbox.store import (
    Document,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError

Fields: TypeAlias = Mapping[str, Any]
R = TypeVar("R")
UNDO = "undo"  # the field of an executed amendment that keeps what it replaced
_REVIEW = {
    "DRAFT": ("IN_REVIEW", "CANCELLED"),
    "IN_REVIEW": ("DRAFT", "APPROVED", "REJECTED", "CANCELLED"),
    "APPROVED": ("IN_REVIEW", "REJECTED", "CANCELLED"),
}


class ContractVersionError(Exception):
    """The contract is at another business version than the caller named."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the contract is at version {current}")
        self.current = current


def perform(
    store: Store, action: str, current: StoredObject, fields: Fields, expected: int | None
) -> StoredObject:
    """Run an action on a record. Raises RuleError, ContractVersionError, StaleVersionError."""
    if expected is not None and expected != current.version:
        raise StaleVersionError(current)
    match current.kind, action:
        case "contract", "provision":
            return _provision(store, current, fields)
        case "contract", "unprovision":
            return _unprovision(store, current, fields)
        case "contract", "renew":
            return _renew(store, current, fields)
        case "amendment", "execute":
            return _execute(store, current, fields)
        case "amendment", "revert":
            return _revert(store, current, fields)
        case "amendment", "review":
            return _review(store, current, fields)
    raise RuleError("NO_SUCH_ACTION", f"A {current.kind} has no action {action!r}.")


def _provision(store: Store, contract: StoredObject, fields: Fields) -> StoredObject:
    run = _text(fields, "runId")
    if contract.doc["state"] == "ACTIVE" and contract.doc["provisionedByRun"] == run:
        return contract
    _require_version(contract, _number(fields, "contractVersion"))
    if contract.doc["state"] != "APPROVED":
        raise RuleError("NOT_APPROVED", f"The contract is {contract.doc['state']}.")
    changes = {
        "state": "ACTIVE",
        "projectId": _text(fields, "projectId"),
        "provisionedByRun": run,
        "provisionedAt": format_instant(store.now()),
    }
    done = store.update("contract", contract.id, changes)
    store.record_event("contract.provisioned", contract.id, contract.id, str(done.doc["version"]))
    return done


def _unprovision(store: Store, contract: StoredObject, fields: Fields) -> StoredObject:
    if contract.doc["provisionedByRun"] != _text(fields, "runId"):
        return contract
    cleared = dict.fromkeys(("projectId", "provisionedByRun", "provisionedAt"))
    return store.update("contract", contract.id, {"state": "APPROVED", **cleared})


def _execute(store: Store, amendment: StoredObject, fields: Fields) -> StoredObject:
    run = _text(fields, "runId")
    if amendment.doc["state"] == "EXECUTED" and amendment.doc["executedByRun"] == run:
        return amendment
    if amendment.doc["state"] != "APPROVED":
        raise RuleError("NOT_APPROVED", f"The amendment is {amendment.doc['state']}.")
    contract = _contract(store, amendment)
    base = _number(fields, "baseVersion")
    if base != amendment.doc["baseVersion"]:
        raise ContractVersionError(contract.doc["version"])
    _require_version(contract, base)
    undo = _apply(store, contract, amendment)
    done = store.update(
        "amendment",
        amendment.id,
        {
            "state": "EXECUTED",
            "resultingVersion": base + 1,
            "executedByRun": run,
            "executedAt": format_instant(store.now()),
            UNDO: undo,
        },
    )
    store.record_event("amendment.executed", amendment.id, contract.id, str(base + 1))
    return done


def _apply(store: Store, contract: StoredObject, amendment: StoredObject) -> Document:
    """Write what the amendment changes; returns the documents that it replaced."""
    mine = Compare("contractId", "=", contract.id)
    stored = {kind: store.query(kind, mine).objects for kind in ("milestone", "rateCard")}
    try:
        after = amended(
            _record(clm.Contract, contract),
            [_record(clm.Milestone, one) for one in stored["milestone"]],
            [_record(clm.RateCard, one) for one in stored["rateCard"]],
            _record(clm.Amendment, amendment),
        )
    except InapplicableAmendmentError as error:
        raise RuleError("INAPPLICABLE", str(error)) from error
    undo: Document = {"contract": contract.doc, "milestone": {}, "rateCard": {}}
    before = {one.id: one for kind in stored.values() for one in kind}
    for kind, records in (("milestone", after.milestones), ("rateCard", after.rate_cards)):
        for record in records:
            document = CODEC.encode(record)
            if record.id not in before:
                store.insert(kind, document, record.id)
                undo[kind][record.id] = None
            elif document != before[record.id].doc:
                store.update(kind, record.id, document)
                undo[kind][record.id] = before[record.id].doc
    store.update("contract", contract.id, CODEC.encode(after.contract))
    return undo


def _revert(store: Store, amendment: StoredObject, fields: Fields) -> StoredObject:
    if amendment.doc["executedByRun"] != _text(fields, "runId"):
        return amendment
    contract = _contract(store, amendment)
    if contract.doc["version"] != amendment.doc["resultingVersion"]:
        raise RuleError("LATER_VERSION", "The contract was amended again since.")
    undo = amendment.doc[UNDO]
    for kind in ("milestone", "rateCard"):
        for id, document in undo[kind].items():
            store.update(kind, id, document if document is not None else {"removed": True})
    store.update("contract", contract.id, undo["contract"])
    cleared = dict.fromkeys(("resultingVersion", "executedByRun", "executedAt", UNDO))
    return store.update("amendment", amendment.id, {"state": "APPROVED", **cleared})


def _review(store: Store, amendment: StoredObject, fields: Fields) -> StoredObject:
    before, after = amendment.doc["state"], _text(fields, "state")
    if before == after:
        return amendment
    if after not in _REVIEW.get(before, ()):
        raise RuleError("NO_SUCH_TRANSITION", f"{before} does not become {after}.")
    done = store.update("amendment", amendment.id, {"state": after})
    if after == "APPROVED":
        subject = amendment.doc["contractId"]
        store.record_event("amendment.approved", amendment.id, subject, str(done.version))
    return done


def _renew(store: Store, contract: StoredObject, fields: Fields) -> StoredObject:
    if contract.doc["state"] not in ("ACTIVE", "EXPIRED"):
        raise RuleError("NOT_RENEWABLE", f"The contract is {contract.doc['state']}.")
    _require_version(contract, _number(fields, "baseVersion"))
    cleared = dict.fromkeys(("projectId", "provisionedByRun", "provisionedAt", "document"))
    taken = ("title", "startDate", "endDate", "totalValue", "billingTerms", "author", "approvedBy")
    try:
        given = {name: fields[name] for name in taken}
    except KeyError as error:
        raise MalformedDocumentError(f"{error} is missing") from error
    document = {
        **contract.doc,
        **cleared,
        **given,
        "state": "APPROVED",
        "version": 1,
        "approvedAt": format_instant(store.now()),
        "renewsContractId": contract.id,
        "subcontractRules": [],
        "number": f"{contract.doc['number']}-R",
    }
    require_shape(store.catalogue["contract"], CODEC, document)
    successor = store.insert("contract", {k: v for k, v in document.items() if k != "id"})
    successor = _with_rate_cards(store, contract.id, successor)
    successor = _with_milestones(store, contract, successor)
    store.record_event("contract.renewed", contract.id, contract.id, str(contract.doc["version"]))
    store.record_event("contract.approved", successor.id, successor.id, "1")
    return successor


def _with_rate_cards(store: Store, contract_id: str, successor: StoredObject) -> StoredObject:
    """The successor gets the rates in force, on cards of its own; its terms name the copy."""
    copies: dict[str, str] = {}
    for card in store.query("rateCard", Compare("contractId", "=", contract_id)).objects:
        if card.doc["state"] != "APPROVED":
            continue
        copy = {
            **card.doc,
            "contractId": successor.id,
            "effectiveFrom": successor.doc["startDate"],
            "effectiveTo": successor.doc["endDate"],
        }
        del copy["id"]
        copies[card.id] = store.insert("rateCard", copy).id
    terms = successor.doc["billingTerms"]
    if terms.get("rateCardId") in copies:
        changed = {**terms, "rateCardId": copies[terms["rateCardId"]]}
        return store.update("contract", successor.id, {"billingTerms": changed})
    return successor


def _with_milestones(store: Store, contract: StoredObject, successor: StoredObject) -> StoredObject:
    """The milestones that the new terms name, as the successor's own: later, at their amounts."""
    terms = successor.doc["billingTerms"]
    if terms.get("type") != "milestoneTerms":
        return successor
    later = date.fromisoformat(successor.doc["startDate"]) - date.fromisoformat(
        contract.doc["startDate"]
    )
    triggers = []
    for trigger in terms["triggers"]:
        pattern = store.get("milestone", trigger["milestoneId"])
        if pattern is None or pattern.doc["contractId"] != contract.id:
            raise RuleError("NO_SUCH_MILESTONE", "The terms name a milestone of another contract.")
        due = min(
            date.fromisoformat(pattern.doc["dueDate"]) + later,
            date.fromisoformat(successor.doc["endDate"]),
        )
        changes = {
            "contractId": successor.id,
            "dueDate": due.isoformat(),
            "amount": trigger["amount"],
            "removed": False,
        }
        copy = {key: value for key, value in pattern.doc.items() if key != "id"} | changes
        stored = store.insert("milestone", copy)
        triggers.append({**trigger, "milestoneId": stored.id})
    changed = {**terms, "triggers": triggers}
    return store.update("contract", successor.id, {"billingTerms": changed})


def _contract(store: Store, amendment: StoredObject) -> StoredObject:
    contract = store.get("contract", amendment.doc["contractId"])
    if contract is None:
        raise RuleError("NO_SUCH_CONTRACT", "The amendment's contract does not exist.")
    return contract


def _require_version(contract: StoredObject, version: int) -> None:
    if contract.doc["version"] != version:
        raise ContractVersionError(contract.doc["version"])


def _record(cls: type[R], stored: StoredObject) -> R:
    source = Source(
        System.CLM,
        stored.id,
        str(stored.version),
        parse_instant(stored.modified_at),
        datetime.now(UTC),
    )
    return CODEC.decode(cls, stored.doc, source)


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedDocumentError(f"{name} is a text")
    return value


def _number(fields: Fields, name: str) -> int:
    value = fields.get(name)
    if type(value) is not int:
        raise MalformedDocumentError(f"{name} is a whole number")
    return value
