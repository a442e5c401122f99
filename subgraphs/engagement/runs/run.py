"""A run: one provisioning or amendment in flight, or finished. Values only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class RunKind(StrEnum):
    """Which process a run is of."""

    PROVISION_ENGAGEMENT = "PROVISION_ENGAGEMENT"
    APPLY_AMENDMENT = "APPLY_AMENDMENT"


class RunState(StrEnum):
    """Where a run stands.

    WAITING for an approval; RUNNING; DELAYED until a system answers again; parked as an EXCEPTION
    until somebody decides; COMPENSATING. Final: SUCCEEDED, CANCELLED (undone), REJECTED.
    """

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DELAYED = "DELAYED"
    EXCEPTION = "EXCEPTION"
    COMPENSATING = "COMPENSATING"
    SUCCEEDED = "SUCCEEDED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"


FINAL = frozenset({RunState.SUCCEEDED, RunState.CANCELLED, RunState.REJECTED})
# States in which the engine is, or ought to be, working on the run.
DRIVEN = frozenset({RunState.RUNNING, RunState.DELAYED, RunState.COMPENSATING})


class StepState(StrEnum):
    """Where a step stands. RESOLVED: done by hand; UNDONE: compensated."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    FAILED = "FAILED"
    DONE = "DONE"
    RESOLVED = "RESOLVED"
    UNDONE = "UNDONE"


class Direction(StrEnum):
    """Whether a run is carrying its steps out or taking them back."""

    FORWARD = "FORWARD"
    BACKWARD = "BACKWARD"


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    """That a write took effect: the object's id and version token afterwards."""

    external_key: str
    object_id: str
    version: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step did not succeed. `code` is stable; `detail` is JSON text of its facts."""

    code: str
    message: str
    at: datetime
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class StepRun:
    """One step of one run. `generation` counts how often its writes were planned anew.

    `in_flight` is the external key of the write that was last begun and has no receipt: until it
    has one, it may or may not have taken effect.
    """

    name: str
    system: str | None
    state: StepState = StepState.PENDING
    attempts: int = 0
    generation: int = 1
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failing_since: datetime | None = None
    failure: Failure | None = None
    receipts: tuple[WriteReceipt, ...] = ()
    in_flight: str | None = None

    @property
    def settled(self) -> bool:
        """Whether the step needs nothing more on the way forward."""
        return self.state in {StepState.DONE, StepState.RESOLVED}


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """What an approver said. `approved` False is a rejection."""

    subject: str
    role: str
    approved: bool
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A policy decision as it was taken: JSON text of verdict, approvers, rules and facts."""

    at: datetime
    occasion: str
    content: str


@dataclass(frozen=True, slots=True)
class KnownId:
    """An id that later steps refer to by its place-holder."""

    placeholder: str
    value: str


@dataclass(frozen=True, slots=True)
class Run:
    """Everything about a run. `requester` is the caller as JSON text, `plan` the writes.

    `stretch_backward` says in which direction the current stretch was started; the run may have
    turned back since.
    """

    id: str
    kind: RunKind
    contract_id: str
    subject_id: str
    contract_version: int
    region: str
    legal_entity: str
    engagement_type: str
    author: str | None
    lead: str
    requester: str
    requested_by: str
    idempotency_key: str
    input_hash: str
    correlation_id: str
    state: RunState
    direction: Direction
    stretch: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    next_attempt_at: datetime | None
    awaited_roles: tuple[str, ...]
    steps: tuple[StepRun, ...]
    approvals: tuple[ApprovalRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    ids: tuple[KnownId, ...] = ()
    plan: str = ""
    cancel_requested: bool = False
    stretch_backward: bool = False
    failure: Failure | None = None

    def step(self, name: str) -> StepRun:
        """The step of this name. Raises `KeyError`."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def with_step(self, step: StepRun) -> Run:
        """The run with this step in place of the one of its name."""
        steps = tuple(step if each.name == step.name else each for each in self.steps)
        return replace(self, steps=steps)

    @property
    def workflow_id(self) -> str:
        """The engine's id of the current stretch of the run."""
        return f"{self.id}:{self.stretch}"
