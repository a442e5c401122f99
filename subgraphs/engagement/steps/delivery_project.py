"""The engagement's delivery plan in the PSA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from subgraphs.engagement.model.plan import PendingId, PlanCase, project_id
from subgraphs.engagement.steps.object_step import Held, ObjectStep
from subgraphs.systems_of_record.drafts import DeliveryProjectDraft, WorkstreamDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import psa
from subgraphs.systems_of_record.records.common import System

MAIN_WORKSTREAM = "Delivery"


def _wanted(case: PlanCase) -> tuple[DeliveryProjectDraft, ...]:
    basis = case.after
    contract = basis.contract
    streams = {MAIN_WORKSTREAM: basis.value_hours, **basis.scope}
    return (
        DeliveryProjectDraft(
            contract_id=contract.id,
            project_id=project_id(case),
            name=contract.title,
            region=contract.region,
            legal_entity=contract.legal_entity,
            state=psa.DeliveryState.PLANNED,
            lead=contract.lead,
            start_date=contract.start_date,
            end_date=contract.end_date,
            planned_hours=basis.planned_hours,
            workstreams=tuple(
                WorkstreamDraft(name, number, contract.start_date, contract.end_date, hours)
                for number, (name, hours) in enumerate(streams.items(), start=1)
            ),
        ),
    )


def _draft(record: psa.DeliveryProject) -> DeliveryProjectDraft:
    return DeliveryProjectDraft(
        contract_id=record.contract_id,
        project_id=record.project_id,
        name=record.name,
        region=record.region,
        legal_entity=record.legal_entity,
        state=record.state,
        lead=record.lead,
        start_date=record.start_date,
        end_date=record.end_date,
        planned_hours=record.planned_hours,
        workstreams=tuple(
            WorkstreamDraft(w.name, w.sequence, w.start_date, w.end_date, w.planned_hours)
            for w in record.workstreams
        ),
    )


def _merge(
    held: DeliveryProjectDraft,
    before: DeliveryProjectDraft,
    after: DeliveryProjectDraft,
    record: Any,
) -> DeliveryProjectDraft:
    """Move the workstreams that people have planned meanwhile, instead of replacing them.

    Those that ended with the contract still do; changed hours go to the workstream named by the
    amendment, or to the first one where nobody named any.
    """
    now = _draft(record)
    streams = {w.name: w for w in now.workstreams}
    for name, hours in _hour_changes(before, after).items():
        target = name if name in streams or name != MAIN_WORKSTREAM else _first(streams, name)
        known = streams.get(target)
        if known is None:
            dates = (after.start_date, after.end_date)
            known = WorkstreamDraft(target, len(streams) + 1, *dates, Decimal(0))
        left = max(known.planned_hours + hours, Decimal(0))
        streams[target] = replace(known, planned_hours=left)
    moved = tuple(_rescheduled(w, before, after) for w in streams.values())
    hours = now.planned_hours + (after.planned_hours - before.planned_hours)
    return replace(held, planned_hours=max(hours, Decimal(0)), workstreams=moved)


def _hour_changes(
    before: DeliveryProjectDraft, after: DeliveryProjectDraft
) -> Mapping[str, Decimal]:
    old = {w.name: w.planned_hours for w in before.workstreams}
    new = {w.name: w.planned_hours for w in after.workstreams}
    changes = {name: new.get(name, Decimal(0)) - old.get(name, Decimal(0)) for name in old | new}
    return {name: hours for name, hours in changes.items() if hours}


def _first(streams: Mapping[str, WorkstreamDraft], default: str) -> str:
    ordered = sorted(streams.values(), key=lambda w: (w.sequence, w.name))
    return ordered[0].name if ordered else default


def _rescheduled(
    stream: WorkstreamDraft, before: DeliveryProjectDraft, after: DeliveryProjectDraft
) -> WorkstreamDraft:
    runs_to_the_end = stream.end_date == before.end_date
    end = after.end_date if runs_to_the_end else min(stream.end_date, after.end_date)
    return replace(stream, start_date=min(stream.start_date, end), end_date=end)


async def _put(
    systems: Systems, draft: DeliveryProjectDraft, *, key: str, expected_version: str | None
) -> psa.DeliveryProject:
    return await systems.psa.put_delivery_project(draft, key=key, expected_version=expected_version)


async def _cancel(
    systems: Systems, draft: DeliveryProjectDraft, key: str
) -> psa.DeliveryProject | None:
    return await systems.psa.cancel_delivery_project(draft.contract_id, key=key)


def _ids(record: Held) -> Mapping[str, str]:
    return {PendingId.DELIVERY_PROJECT.value: record.id}


DELIVERY_PROJECT = ObjectStep(
    name="delivery-project",
    system=System.PSA,
    object_type="DeliveryProject",
    draft_type=DeliveryProjectDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.delivery_project,
    put=_put,
    cancel=_cancel,
    merge=_merge,
    draft_of=_draft,
    ids=_ids,
)
