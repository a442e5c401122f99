"""Creating and changing the PSA's objects, under its own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.query.predicates import Compare
from subgraphs.systems_of_record.sandbox.shapes import require_shape
from subgraphs.systems_of_record.sandbox.store import (
    Document,
    DuplicateKeyError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError

Fields: TypeAlias = Mapping[str, Any]


def create(store: Store, name: str, fields: Fields) -> StoredObject:
    """Create an object. Raises DuplicateKeyError, RuleError, MalformedDocumentError."""
    document = _complete(store, name, fields)
    require_shape(store.catalogue[name], store.catalogue.codec, document)
    external_key = store.catalogue[name].external_key_of(document)
    if external_key is not None:
        existing = store.find(name, external_key)
        if existing is not None:
            raise DuplicateKeyError(existing)
    stored = store.insert(name, document)
    match name:
        case "projects":
            return _plan(store, stored, document["workstreams"])
        case "time_entries":
            _book(store, stored.doc)
        case "acceptances":
            _note_acceptance(store, stored)
    return stored


def change(
    store: Store, current: StoredObject, fields: Fields, expected_version: int | None
) -> StoredObject:
    """Change an object at the expected version (None: any)."""
    document = {**current.doc, **fields}
    if current.kind == "projects":
        document["workstreams"] = _keep_workstreams(current, _workstreams(document))
    if current.kind in ("time_entries", "expenses") and current.doc["state"] == "INVOICED":
        raise RuleError("locked", "What is invoiced cannot change.")
    require_shape(store.catalogue[current.kind], store.catalogue.codec, document)
    changed = store.update(current.kind, current.id, document, expected_version=expected_version)
    if changed.kind == "projects":
        _add_tasks(store, changed)
    if changed.kind == "acceptances" and changed.doc["state"] != current.doc["state"]:
        _note_acceptance(store, changed)
    return changed


def cancel(store: Store, current: StoredObject) -> StoredObject:
    """Withdraw a project, capacity plan or rate card."""
    if current.kind not in ("projects", "capacity_plans", "rate_cards"):
        raise RuleError("not_cancellable", f"{current.kind} are not cancelled.")
    if current.kind == "projects" and Decimal(current.doc["actual_hours"]):
        raise RuleError("time_booked", "Time is booked on the project.")
    return store.update(current.kind, current.id, {"state": "CANCELLED"})


def set_entries(
    store: Store, ids: Sequence[str], before: str, changes: Fields
) -> list[StoredObject]:
    """Move time entries from one state to another: all of them or none.

    Entries that are as `changes` wants them already are left as they are.
    """
    with store.transaction():
        entries = store.get_many("time_entries", ids)
        if len(entries) != len(set(ids)):
            raise RuleError("not_found", "An entry does not exist.")
        done = []
        for entry in entries:
            if any(entry.doc[name] != value for name, value in changes.items()):
                if entry.doc["state"] != before:
                    raise RuleError("wrong_state", f"{entry.id} is {entry.doc['state']}.")
                entry = store.update("time_entries", entry.id, changes)
                if changes["state"] == "APPROVED" and before == "SUBMITTED":
                    contract = entry.doc["contract_id"]
                    store.record_event("timesheet.approved", entry.id, contract, str(entry.version))
            done.append(entry)
        return done


def _complete(store: Store, name: str, fields: Fields) -> Document:
    """The given fields with those that the PSA itself decides."""
    match name:
        case "projects":
            return {
                **fields,
                "actual_hours": "0",
                "progress": "0",
                "workstreams": [_new_workstream(w) for w in _workstreams(fields)],
            }
        case "capacity_plans" | "rate_cards":
            return {**fields, "state": "ACTIVE"}
        case "acceptances":
            return dict(fields)
        case "assignments":
            return {**fields, **_scope(store, fields)}
        case "time_entries":
            return {**fields, **_scope(store, fields), **_submitted(), **_cost(store, fields)}
        case "expenses":
            return {**fields, **_scope(store, fields), **_submitted()}
    raise RuleError("not_creatable", f"{name} are not created here.")


def _submitted() -> Document:
    return {"state": "SUBMITTED", "approved_by": None, "invoice_id": None}


def _scope(store: Store, fields: Fields) -> Document:
    project = store.get("projects", str(fields.get("delivery_project_id")))
    if project is None or project.doc["contract_id"] != fields.get("contract_id"):
        raise RuleError("no_such_project", "The delivery project does not exist.")
    if project.doc["state"] in ("CANCELLED", "DONE"):
        raise RuleError("project_closed", f"The project is {project.doc['state']}.")
    return {name: project.doc[name] for name in ("region", "legal_entity")}


def _cost(store: Store, fields: Fields) -> Document:
    resource = store.get("resources", str(fields.get("resource_id")))
    if resource is None or not resource.doc["active"]:
        raise RuleError("no_such_resource", "The resource does not exist or has left.")
    return {"cost_rate": resource.doc["cost_rate"]}


def _book(store: Store, entry: Document) -> None:
    hours = Decimal(entry["hours"])
    if not 0 < hours <= 24:
        raise RuleError("impossible_hours", "A day has at most 24 hours.")
    for kind, id in (("projects", entry["delivery_project_id"]), ("tasks", entry["task_id"])):
        booked = store.get(kind, id) if id is not None else None
        if booked is None:
            if id is not None:
                raise RuleError("no_such_task", "The task does not exist.")
            continue
        total = Decimal(booked.doc["actual_hours"]) + hours
        store.update(kind, booked.id, {"actual_hours": format(total, "f")})


def _workstreams(fields: Fields) -> list[Document]:
    given = fields.get("workstreams")
    if not isinstance(given, list):
        raise MalformedDocumentError("workstreams are a list")
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise MalformedDocumentError("a workstream is an object with a name")
    return given


def _new_workstream(fields: Fields) -> Document:
    return {**fields, "id": "", "state": "PLANNED", "progress": "0"}


def _plan(store: Store, project: StoredObject, workstreams: list[Document]) -> StoredObject:
    """Give the workstreams of a new project their ids and a task each to book time on."""
    named = [
        {**workstream, "id": f"WKS-{project.id[4:]}-{index}"}
        for index, workstream in enumerate(workstreams, start=1)
    ]
    planned = store.update("projects", project.id, {"workstreams": named})
    _add_tasks(store, planned)
    return planned


def _keep_workstreams(current: StoredObject, given: list[Document]) -> list[Document]:
    """Match given workstreams to the present ones by name; new ones get the next id."""
    present = {workstream["name"]: workstream for workstream in current.doc["workstreams"]}
    used = [int(w["id"].rpartition("-")[2]) for w in present.values()]
    following = max(used, default=0)
    kept = []
    for workstream in given:
        known = present.get(workstream["name"])
        if known is None:
            following += 1
            known = {**_new_workstream(workstream), "id": f"WKS-{current.id[4:]}-{following}"}
        kept.append({**known, **{k: v for k, v in workstream.items() if k != "id"}})
    return kept


def _add_tasks(store: Store, project: StoredObject) -> None:
    tasks = store.query("tasks", Compare("contract_id", "=", project.doc["contract_id"])).objects
    covered = {task.doc["workstream_id"] for task in tasks}
    for workstream in project.doc["workstreams"]:
        if workstream["id"] in covered:
            continue
        store.insert(
            "tasks",
            {
                "contract_id": project.doc["contract_id"],
                "delivery_project_id": project.id,
                "workstream_id": workstream["id"],
                "name": f"{workstream['name']}: delivery",
                "state": "PLANNED",
                "start_date": workstream["start_date"],
                "end_date": workstream["end_date"],
                "planned_hours": workstream["planned_hours"],
                "actual_hours": "0",
                "progress": "0",
            },
        )


def _note_acceptance(store: Store, stored: StoredObject) -> None:
    if stored.doc["state"] in ("ACCEPTED", "REJECTED"):
        type = f"milestone.{stored.doc['state'].lower()}"
        milestone, contract = stored.doc["milestone_id"], stored.doc["contract_id"]
        store.record_event(type, milestone, contract, str(stored.version))
