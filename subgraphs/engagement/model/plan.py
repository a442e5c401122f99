"""The impact of a run: exactly which objects change, from what to what.

A plan is computed once by pure functions over what was read. A preview shows it and a run
carries it out, so that the two cannot differ in how they were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.changes import FieldChange
from subgraphs.engagement.model.landscape import Landscape
from subgraphs.systems_of_record.records.clm import Amendment


class Operation(StrEnum):
    """What happens to an object. MATCH: it is as it should be, and nothing is written."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"
    MATCH = "MATCH"


@dataclass(frozen=True, slots=True)
class Write:
    """One object to be written by one step.

    `new` is the draft to write (None: cancel), `old` the draft that undoing an update or a
    cancellation restores, `version` the token that the object must still have.
    """

    step: str
    object_type: str
    external_key: str
    operation: Operation
    old: Any
    new: Any
    version: str | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class PlanCase:
    """What plans are computed from. `before` and `amendment` are None when provisioning."""

    after: Basis
    landscape: Landscape
    before: Basis | None = None
    amendment: Amendment | None = None
    run_id: str = ""


class PendingId(StrEnum):
    """Ids that a system gives while the run is under way; drafts name them until then."""

    ACCOUNT = "@customer_account"
    PROJECT = "@project"
    DELIVERY_PROJECT = "@delivery_project"


def project_id(case: PlanCase) -> str:
    """The ERP project's id, or its place-holder."""
    return case.landscape.project.id if case.landscape.project else PendingId.PROJECT.value


def delivery_project_id(case: PlanCase) -> str:
    """The PSA project's id, or its place-holder."""
    held = case.landscape.delivery_project
    return held.id if held else PendingId.DELIVERY_PROJECT.value
