"""How an engagement stands: one word for people, and the reasons for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from subgraphs.engagement.runs.run import FINAL, Run, RunKind, RunState
from subgraphs.systems_of_record.records.clm import Contract, ContractState
from subgraphs.systems_of_record.records.erp import Project

ENDING_SOON = timedelta(days=30)
BUDGET_WARNING = Decimal("0.9")


class EngagementStatus(StrEnum):
    """Where an engagement stands in its life."""

    PROPOSED = "PROPOSED"
    READY_TO_PROVISION = "READY_TO_PROVISION"
    PROVISIONING = "PROVISIONING"
    ACTIVE = "ACTIVE"
    AMENDING = "AMENDING"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class HealthLevel(StrEnum):
    """GREEN: nothing to do. AMBER: somebody should look. RED: somebody must act."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


@dataclass(frozen=True, slots=True)
class Health:
    """The worst level of all concerns, and the concerns as stable codes."""

    level: HealthLevel
    concerns: tuple[str, ...]


_LIFE = {
    ContractState.DRAFT: EngagementStatus.PROPOSED,
    ContractState.IN_REVIEW: EngagementStatus.PROPOSED,
    ContractState.APPROVED: EngagementStatus.READY_TO_PROVISION,
    ContractState.ACTIVE: EngagementStatus.ACTIVE,
    ContractState.SUSPENDED: EngagementStatus.SUSPENDED,
    ContractState.EXPIRED: EngagementStatus.CLOSED,
    ContractState.TERMINATED: EngagementStatus.CLOSED,
}


def status_of(contract: Contract, runs: Sequence[Run]) -> EngagementStatus:
    """The contract's state, refined by what is under way."""
    open_kinds = {run.kind for run in runs if run.state not in FINAL}
    if RunKind.PROVISION_ENGAGEMENT in open_kinds:
        return EngagementStatus.PROVISIONING
    if RunKind.APPLY_AMENDMENT in open_kinds:
        return EngagementStatus.AMENDING
    return _LIFE[contract.state]


def health_of(
    contract: Contract, runs: Sequence[Run], project: Project | None, today: date
) -> Health:
    """What concerns an engagement: runs that stand still, its term, its budget."""
    found = [*_run_concerns(runs), *_term(contract, today), *_budget(project)]
    order = list(HealthLevel)
    worst = max((level for level, _ in found), key=order.index, default=HealthLevel.GREEN)
    return Health(worst, tuple(code for _, code in found))


def _run_concerns(runs: Sequence[Run]) -> Iterator[tuple[HealthLevel, str]]:
    states = {run.state for run in runs}
    if RunState.EXCEPTION in states:
        yield HealthLevel.RED, "RUN_PARKED"
    if RunState.DELAYED in states:
        yield HealthLevel.AMBER, "RUN_DELAYED"
    if RunState.WAITING in states:
        yield HealthLevel.AMBER, "RUN_WAITING"


def _term(contract: Contract, today: date) -> Iterator[tuple[HealthLevel, str]]:
    if contract.state is not ContractState.ACTIVE:
        return
    if contract.end_date < today:
        yield HealthLevel.RED, "TERM_OVER"
    elif contract.end_date - today <= ENDING_SOON:
        yield HealthLevel.AMBER, "TERM_ENDING"


def _budget(project: Project | None) -> Iterator[tuple[HealthLevel, str]]:
    if project is None or not project.budget.amount:
        return
    if project.actual_cost > project.budget:
        yield HealthLevel.RED, "OVER_BUDGET"
    elif project.actual_cost > project.budget * BUDGET_WARNING:
        yield HealthLevel.AMBER, "NEAR_BUDGET"
