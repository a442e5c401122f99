"""The engagement: the unified view, joined here from the contract and the runs.

Its project, billing and staffing are contributed by their own subgraphs under the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import strawberry

from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.model.condition import (
    EngagementStatus,
    HealthLevel,
    health_of,
    status_of,
)
from subgraphs.engagement.reconciliation import Drift, drifts
from subgraphs.engagement.references import PROVIDED, Contract
from subgraphs.engagement.run_types import Run, hides_cost
from subgraphs.engagement.runs.run import Run as RunRecord
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.enums import describe
from subgraphs.serving.schema import key_of
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.records.common import System

describe(
    EngagementStatus,
    "Where an engagement stands in its life.",
    {
        "PROPOSED": "The contract is not approved yet.",
        "READY_TO_PROVISION": "The contract is approved; nobody has asked to provision it.",
        "PROVISIONING": "A run is making it a billable project.",
        "ACTIVE": "It is delivered and billed.",
        "AMENDING": "A run is applying an amendment.",
        "SUSPENDED": "The contract is paused.",
        "CLOSED": "The contract has ended.",
    },
)
describe(
    HealthLevel,
    "Whether somebody should act or look.",
    {
        "GREEN": "Nothing to do.",
        "AMBER": "Somebody should look.",
        "RED": "Somebody must act.",
    },
)


@strawberry.type(description="Whether an engagement needs somebody's attention, and why.")
class EngagementHealth:
    level: HealthLevel = strawberry.field(description="The worst of its concerns.")
    concerns: list[str] = strawberry.field(description="Stable codes, the empty list for GREEN.")


@strawberry.type(description="A field in which two systems disagree.")
class FieldDrift:
    object_type: str = strawberry.field(
        description="The kind of object, as the system's records name it."
    )
    external_key: str = strawberry.field(description="The key of ours that it carries there.")
    path: str = strawberry.field(description="The field, in the record's own terms.")
    reference_system: System = strawberry.field(description="Whose value is the right one.")
    reference_value: str | None = strawberry.field(
        description="What it should be; null for nothing."
    )
    system: System = strawberry.field(description="The system that differs.")
    value: str | None = strawberry.field(description="What it is there; null for nothing.")
    last_written_by_run: strawberry.ID | None = strawberry.field(
        description="The run that last wrote the object; null if none did."
    )


@strawberry.type(description="Whether the systems agree about an engagement.")
class Reconciliation:
    agrees: bool = strawberry.field(description="Whether there is no drift at all.")
    drifts: list[FieldDrift] = strawberry.field(description="Each field that differs.")


@strawberry.federation.type(
    keys=["id"], description="The unified view of a statement of work: its id is the contract's."
)
class Engagement:
    id: strawberry.ID
    record: strawberry.Private[clm.Contract]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str) -> Self | None:
        """The engagement, or None if absent, out of scope, or a master agreement."""
        visible = context.scope.covers
        found = await context.record(context.systems.clm.contracts, id, visible=visible)
        if found is None or found.kind is not clm.ContractKind.SOW:
            return None
        return cls.of(found)

    @classmethod
    def of(cls, record: clm.Contract) -> Self:
        """The engagement of a contract's record."""
        return cls(id=strawberry.ID(record.id), record=record)

    @strawberry.federation.field(
        provides=PROVIDED, description="The statement of work that it stands for."
    )
    def contract(self) -> Contract | None:
        return Contract.of(self.record)

    @strawberry.field(
        description="Where it stands in its life, from the contract's state and its runs."
    )
    async def status(self, info: Info) -> EngagementStatus:
        return status_of(self.record, await _runs(info.context, self.id))

    @strawberry.field(description="Whether somebody should act or look.")
    async def health(self, info: Info) -> EngagementHealth:
        context = info.context
        runs = await _runs(context, self.id)
        project = await context.record(context.systems.erp.projects_by_contract, self.id)
        desk: Desk = context.services
        health = health_of(self.record, runs, project, desk.governance.now().date())
        return EngagementHealth(level=health.level, concerns=list(health.concerns))

    @strawberry.field(description="Its runs, the newest first.")
    async def runs(self, info: Info, first: int = 20) -> list[Run]:
        found = await _runs(info.context, self.id)
        return [Run.of(each) for each in found[: max(first, 0)]]

    @strawberry.field(description="Compares the systems field by field.")
    async def reconciliation(self, info: Info) -> Reconciliation:
        desk: Desk = info.context.services
        hidden = hides_cost(info.context, self.record, self.record.lead)
        found = await drifts(desk, self.record)
        shown = [each for each in found if not (hidden and "budget" in each.path)]
        return Reconciliation(agrees=not found, drifts=[_drift(each) for each in shown])


async def _runs(context: RequestContext, contract_id: str) -> tuple[RunRecord, ...]:
    desk: Desk = context.services
    return await context.loaders.many(_loader(desk), contract_id)


class _RunsByContract:
    """The store's reading as a loader's: equal for equal stores, so that loaders are shared."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _RunsByContract) and other._desk is self._desk

    def __hash__(self) -> int:
        return hash((_RunsByContract, id(self._desk)))

    async def __call__(self, keys: Sequence[str]) -> Mapping[str, tuple[RunRecord, ...]]:
        return self._desk.store.by_contracts(keys)


def _loader(desk: Desk) -> _RunsByContract:
    return _RunsByContract(desk)


def _drift(drift: Drift) -> FieldDrift:
    run = drift.last_written_by_run
    return FieldDrift(
        object_type=drift.object_type,
        external_key=drift.external_key,
        path=drift.path,
        reference_system=System.CLM,
        reference_value=drift.reference_value,
        system=drift.system,
        value=drift.value,
        last_written_by_run=strawberry.ID(run) if run else None,
    )
