"""Do the systems agree? What the contract asks for, compared with what each system holds.

Compared are the facts that follow from the contract alone; what systems own themselves (actuals,
budgets detailed by people, the division into lines) may differ and is no drift.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.model.changes import field_changes
from subgraphs.engagement.model.landscape import read_basis
from subgraphs.engagement.model.plan import Operation, PlanCase, Write
from subgraphs.engagement.runs.run import Run, RunKind
from subgraphs.systems_of_record.records.clm import Contract, ContractState
from subgraphs.systems_of_record.records.common import System

# By step: the fields that must equal what the contract says.
CONTRACTUAL = {
    "project-shell": frozenset(
        {"contract_value", "start_date", "end_date", "legal_entity", "region", "engagement_type"}
    ),
    "billing-rule": frozenset(
        {"engagement_type", "period", "cap", "fee", "retainer_amount", "included_hours"}
    ),
    "billing-milestones": frozenset({"amount", "due_date", "name"}),
    "billing-schedule": frozenset({"total", "currency"}),
    "revenue-schedule": frozenset({"total", "currency"}),
    "delivery-project": frozenset({"start_date", "end_date", "legal_entity", "region", "lead"}),
    "rate-cards-erp": frozenset({"rates", "currency", "effective_from", "effective_to"}),
    "rate-cards-psa": frozenset({"rates", "currency", "effective_from", "effective_to"}),
    "procurement": frozenset({"limit", "vendor_id", "pass_through", "markup_percent"}),
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One field: what the contract says, what the system says, which run wrote it last."""

    object_type: str
    external_key: str
    path: str
    reference_value: str | None
    system: System
    value: str | None
    last_written_by_run: str | None


async def drifts(desk: Desk, contract: Contract) -> tuple[Drift, ...]:
    """All drifts of a provisioned engagement; none for one that is not. Raises as reads do."""
    if contract.state is not ContractState.ACTIVE:
        return ()
    basis, landscape = await asyncio.gather(
        read_basis(desk.systems, contract), desk.preparation.landscape(contract)
    )
    workflow = desk.workflows[RunKind.PROVISION_ENGAGEMENT]
    writes = workflow.plan(PlanCase(basis, landscape))
    runs = desk.store.by_contracts([contract.id])[contract.id]
    return tuple(
        drift
        for write in writes
        if write.step in CONTRACTUAL
        for drift in _of(write, workflow.step(write.step).system, runs)
    )


def _of(write: Write, system: System | None, runs: Sequence[Run]) -> Iterator[Drift]:
    if system is None:
        return
    writer = _last_writer(write, runs)
    if write.operation is Operation.CREATE:
        yield Drift(
            write.object_type, write.external_key, "", write.external_key, system, None, writer
        )
        return
    for change in field_changes(write.old, write.new):
        field = change.path.partition("[")[0].partition(".")[0]
        if field in CONTRACTUAL[write.step]:
            yield Drift(
                write.object_type,
                write.external_key,
                change.path,
                change.new,
                system,
                change.old,
                writer,
            )


def _last_writer(write: Write, runs: Sequence[Run]) -> str | None:
    """The newest run that has a receipt for the object; runs come the newest first."""
    for run in runs:
        for step in run.steps:
            held: Any = step.receipts if step.name == write.step else ()
            if any(receipt.external_key == write.external_key for receipt in held):
                return run.id
    return None
