"""Runs, their steps and what they change, in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

import strawberry

from auth.decision import Allow
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.model.plan import Operation, Write
from subgraphs.engagement.policy_types import PolicyDecision, RunApproval
from subgraphs.engagement.references import Amendment, Contract
from subgraphs.engagement.runs.plans import load_plan
from subgraphs.engagement.runs.run import (
    Failure,
    RunKind,
    RunState,
    StepRun,
    StepState,
)
from subgraphs.engagement.runs.run import (
    Run as RunRecord,
)
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.enums import describe
from subgraphs.serving.schema import key_of
from subgraphs.serving.scope import Located
from subgraphs.systems_of_record.records.common import System

describe(
    RunKind,
    "Which process a run is of.",
    {
        "PROVISION_ENGAGEMENT": "An approved contract becomes a billable project.",
        "APPLY_AMENDMENT": "ERP and PSA follow an approved amendment.",
    },
)
describe(
    RunState,
    "Where a run stands. Final are SUCCEEDED, CANCELLED and REJECTED.",
    {
        "WAITING": "For an approval.",
        "RUNNING": "Its steps are carried out.",
        "DELAYED": "A system does not answer; it is tried again.",
        "EXCEPTION": "Parked until somebody decides.",
        "COMPENSATING": "What was written is taken back.",
        "SUCCEEDED": "Everything is done.",
        "CANCELLED": "Taken back, or never begun.",
        "REJECTED": "An approval was refused.",
    },
)
describe(
    StepState,
    "Where a step stands.",
    {
        "PENDING": "Not begun.",
        "RUNNING": "Being carried out.",
        "RETRYING": "Failed, and will be tried again.",
        "FAILED": "Failed for good.",
        "DONE": "Carried out.",
        "RESOLVED": "Done by hand.",
        "UNDONE": "Taken back.",
    },
)
describe(
    Operation,
    "What a run does with an object.",
    {
        "CREATE": "The object is made.",
        "UPDATE": "Some of its fields change.",
        "CANCEL": "It is withdrawn.",
        "MATCH": "It is as it should be: nothing is written.",
    },
)


@strawberry.type(description="A field of an object, before and after.")
class FieldChange:
    path: str = strawberry.field(description="In the record's own terms: `lines[I-3].amount`.")
    old: str | None = strawberry.field(
        description="The value before, as text; null where there was none."
    )
    new: str | None = strawberry.field(
        description="A value that starts with @ is an id that a system gives during the run."
    )


@strawberry.type(description="An object that a run creates, changes or cancels.")
class ObjectChange:
    step: str = strawberry.field(description="The step that writes it.")
    system: System | None = strawberry.field(description="Null for our own events.")
    object_type: str = strawberry.field(
        description="The kind of object, as the system's records name it."
    )
    external_key: str = strawberry.field(
        description="The key of ours that the object carries there; it is what makes"
        " a repetition harmless."
    )
    operation: Operation = strawberry.field(description="What is done with it.")
    fields: list[FieldChange] = strawberry.field(description="Which fields change, and how.")
    object_id: strawberry.ID | None = strawberry.field(description="Set once it is written.")
    version: str | None = strawberry.field(
        description="The system's version token of the object after the write."
    )
    undone: bool = strawberry.field(description="Whether the change was taken back.")


@strawberry.type(description="Why a step did not succeed.")
class RunFailure:
    code: str = strawberry.field(description="A stable code.")
    message: str = strawberry.field(description="What went wrong, in a sentence.")
    at: datetime = strawberry.field(description="When it went wrong.")
    detail: str = strawberry.field(description="JSON: what is known about the failure.")

    @classmethod
    def of(cls, failure: Failure | None) -> RunFailure | None:
        """The failure that a run keeps."""
        if failure is None:
            return None
        return cls(code=failure.code, message=failure.message, at=failure.at, detail=failure.detail)


@strawberry.type(description="One step of a run.")
class RunStep:
    name: str = strawberry.field(description="The step's stable name.")
    system: System | None = strawberry.field(
        description="The system that it writes to; null if to none."
    )
    state: StepState = strawberry.field(description="Where it stands.")
    attempts: int = strawberry.field(description="How often it was tried.")
    started_at: datetime | None = strawberry.field(
        description="When it was first tried; null until then."
    )
    finished_at: datetime | None = strawberry.field(description="When it ended; null until then.")
    failure: RunFailure | None = strawberry.field(description="The last one, while it lasts.")
    changes: list[ObjectChange] = strawberry.field(description="The objects that it writes.")

    @strawberry.field(description="From its first attempt to its end, waits included.")
    def duration_ms(self) -> int | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds() * 1000)


@strawberry.federation.type(
    keys=["id"], description="A provisioning or an amendment, in flight or finished."
)
class Run:
    id: strawberry.ID
    kind: RunKind = strawberry.field(description="Which process it is of.")
    state: RunState = strawberry.field(description="Where it stands; see the enum.")
    contract_version: int = strawberry.field(description="The version that it starts from.")
    idempotency_key: str = strawberry.field(
        description="The key that it was asked for with; the same key returns the same run."
    )
    correlation_id: str = strawberry.field(
        description="Joins the log lines and audit entries of all systems that it touched."
    )
    requested_by: str = strawberry.field(
        description="Who asked for it: the subject of their token. They cannot approve it."
    )
    created_at: datetime = strawberry.field(description="When it was asked for.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    finished_at: datetime | None = strawberry.field(
        description="When it reached a final state; null until then."
    )
    next_attempt_at: datetime | None = strawberry.field(description="While it is delayed.")
    awaited_roles: list[str] = strawberry.field(description="Whose approval it waits for.")
    record: strawberry.Private[RunRecord]

    @classmethod
    def of(cls, record: RunRecord) -> Self:
        """The graph's run of a record."""
        return cls(
            id=strawberry.ID(record.id),
            kind=record.kind,
            state=record.state,
            contract_version=record.contract_version,
            idempotency_key=record.idempotency_key,
            correlation_id=record.correlation_id,
            requested_by=record.requested_by,
            created_at=record.created_at,
            updated_at=record.updated_at,
            finished_at=record.finished_at,
            next_attempt_at=record.next_attempt_at,
            awaited_roles=list(record.awaited_roles),
            record=record,
        )

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return cls.find(context, key_of(key))

    @classmethod
    def find(cls, context: RequestContext, run_id: str) -> Self | None:
        """The run, or None if absent or out of the caller's scope."""
        desk: Desk = context.services
        record = desk.store.get(run_id)
        return cls.of(record) if record and context.scope.covers(record) else None

    @strawberry.field(description="The contract that it provisions or amends.")
    def contract(self) -> Contract:
        return Contract(id=strawberry.ID(self.record.contract_id))

    @strawberry.field(description="Null when provisioning.")
    def amendment(self) -> Amendment | None:
        if self.record.kind is not RunKind.APPLY_AMENDMENT:
            return None
        return Amendment(id=strawberry.ID(self.record.subject_id))

    @strawberry.field(description="The steps in their order.")
    def steps(self, info: Info) -> list[RunStep]:
        desk: Desk = info.context.services
        writes = load_plan(self.record.plan, desk.workflows[self.record.kind])
        hidden = hides_cost(info.context, self.record, self.record.lead)
        return [_step(step, writes, hidden=hidden) for step in self.record.steps]

    @strawberry.field(description="Every decision about the run, the last one last.")
    def decisions(self) -> list[PolicyDecision]:
        return [PolicyDecision.of(each) for each in self.record.decisions]

    @strawberry.field(description="The decision that counts: the last one.")
    def decision(self) -> PolicyDecision | None:
        held = self.record.decisions
        return PolicyDecision.of(held[-1]) if held else None

    @strawberry.field(description="What those who were asked to approve have said.")
    def approvals(self) -> list[RunApproval]:
        return [RunApproval.of(each) for each in self.record.approvals]

    @strawberry.field(description="Why it is parked; null unless it is.")
    def exception(self) -> RunFailure | None:
        return RunFailure.of(self.record.failure)

    @strawberry.field(description="How much time it took, or has taken up to its last change.")
    def duration_ms(self) -> int:
        end = self.record.finished_at or self.record.updated_at
        return round((end - self.record.created_at).total_seconds() * 1000)


def hides_cost(context: RequestContext, record: Located, lead: str | None) -> bool:
    """Whether planned costs, which plans contain, must not be shown to the caller."""
    return not isinstance(context.scope.cost_decision(record, lead), Allow)


def object_changes(
    writes: Iterable[Write],
    systems: Mapping[str, System | None],
    step: StepRun | None = None,
    *,
    hidden: bool,
) -> list[ObjectChange]:
    """The writes as changes; `hidden` leaves planned costs out."""
    receipts = {receipt.external_key: receipt for receipt in (step.receipts if step else ())}
    changes = []
    for write in writes:
        receipt = receipts.get(write.external_key)
        changes.append(
            ObjectChange(
                step=write.step,
                system=systems.get(write.step),
                object_type=write.object_type,
                external_key=write.external_key,
                operation=write.operation,
                fields=[
                    FieldChange(path=change.path, old=change.old, new=change.new)
                    for change in write.changes
                    if not (hidden and "budget" in change.path.rpartition(".")[2])
                ],
                object_id=strawberry.ID(receipt.object_id) if receipt else None,
                version=receipt.version if receipt else None,
                undone=receipt.undone if receipt else False,
            )
        )
    return changes


def _step(step: StepRun, writes: tuple[Write, ...], *, hidden: bool) -> RunStep:
    system = System(step.system) if step.system else None
    mine = [write for write in writes if write.step == step.name]
    return RunStep(
        name=step.name,
        system=system,
        state=step.state,
        attempts=step.attempts,
        started_at=step.started_at,
        finished_at=step.finished_at,
        failure=RunFailure.of(step.failure),
        changes=object_changes(mine, {step.name: system}, step, hidden=hidden),
    )
