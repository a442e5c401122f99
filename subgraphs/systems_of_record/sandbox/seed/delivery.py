"""The delivery plans: projects, tasks, assignments, capacity, acceptances, expenses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import Contract, ContractState, Milestone
from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.psa import (
    AcceptanceState,
    Assignment,
    CapacityLine,
    CapacityPlan,
    Commitment,
    DeliveryProject,
    DeliveryState,
    EntryState,
    Expense,
    MilestoneAcceptance,
    PlanState,
    Task,
    Workstream,
)
from subgraphs.systems_of_record.sandbox.seed.billing import Billed
from subgraphs.systems_of_record.sandbox.seed.firm import (
    NO_SOURCE,
    WORKSTREAMS,
    in_currency,
    months_between,
)
from subgraphs.systems_of_record.sandbox.seed.work import Work

_STATES = {
    ContractState.ACTIVE: DeliveryState.IN_PROGRESS,
    ContractState.SUSPENDED: DeliveryState.ON_HOLD,
    ContractState.EXPIRED: DeliveryState.DONE,
    ContractState.TERMINATED: DeliveryState.CANCELLED,
}
_EXPENSES = (("Travel", 480), ("Accommodation", 320), ("Licences", 950), ("Training material", 140))
_TASKS = ("Preparation", "Execution")


def delivery_project(contract: Contract, work: Work, until: date) -> DeliveryProject:
    """The plan over the contract's term, as far along as work is."""
    hours = _hours(work)
    progress = _progress(contract.start_date, contract.end_date, until)
    planned = (hours * 100 / max(progress, Decimal(5))).quantize(Decimal(1))
    return DeliveryProject(
        id=f"DLV-{contract.id[4:]}",
        contract_id=contract.id,
        project_id=f"PRJ-{contract.id[4:]}",
        name=contract.title,
        region=contract.region,
        legal_entity=contract.legal_entity,
        state=_STATES[contract.state],
        lead=contract.lead,
        start_date=contract.start_date,
        end_date=contract.end_date,
        planned_hours=planned,
        actual_hours=hours,
        progress=progress,
        workstreams=_workstreams(contract, planned, until),
        source=NO_SOURCE,
    )


def tasks(project: DeliveryProject, work: Work) -> list[Task]:
    """Two for each workstream; their hours are what was booked on them."""
    number = int(project.id[4:])
    booked: dict[str, Decimal] = {}
    for entry in work.entries:
        if entry.task_id is not None and entry.state is not EntryState.REJECTED:
            booked[entry.task_id] = booked.get(entry.task_id, Decimal(0)) + entry.hours
    found = []
    for index in range(len(project.workstreams) * len(_TASKS)):
        stream, name = project.workstreams[index // 2], _TASKS[index % 2]
        id = f"TSK-{number * 6 - 5 + index:06d}"
        found.append(
            Task(
                id=id,
                contract_id=project.contract_id,
                delivery_project_id=project.id,
                workstream_id=stream.id,
                name=f"{stream.name}: {name.lower()}",
                state=stream.state,
                start_date=stream.start_date,
                end_date=stream.end_date,
                planned_hours=(stream.planned_hours / 2).quantize(Decimal(1)),
                actual_hours=booked.get(id, Decimal(0)),
                progress=stream.progress,
                source=NO_SOURCE,
            )
        )
    return found


def assignments(project: DeliveryProject, work: Work, first: int, today: date) -> list[Assignment]:
    """The team, and a proposal for the last quarter of running projects."""
    found = [
        Assignment(
            id=f"ASG-{first + index:06d}",
            resource_id=person.id,
            contract_id=project.contract_id,
            delivery_project_id=project.id,
            role=person.role,
            percent=Decimal((40, 60, 80, 50)[(index + first) % 4]),
            commitment=Commitment.HARD,
            start_date=project.start_date,
            end_date=project.end_date,
            source=NO_SOURCE,
        )
        for index, person in enumerate(work.team)
    ]
    if project.state is DeliveryState.IN_PROGRESS:
        person = work.team[0]
        found.append(
            Assignment(
                id=f"ASG-{first + len(found):06d}",
                resource_id=person.id,
                contract_id=project.contract_id,
                delivery_project_id=project.id,
                role=person.role,
                percent=Decimal(20),
                commitment=Commitment.SOFT,
                start_date=today + timedelta(days=14),
                end_date=max(project.end_date, today + timedelta(days=30)),
                source=NO_SOURCE,
            )
        )
    return found


def capacity_plan(contract: Contract, project: DeliveryProject, work: Work) -> CapacityPlan:
    """The planned hours of each of the team's roles, month by month."""
    months = months_between(contract.start_date, contract.end_date)
    roles = sorted({person.role for person in work.team})
    part = (project.planned_hours / len(months) / len(roles)).quantize(Decimal("0.25"))
    lines = tuple(CapacityLine(role, month, part) for month in months for role in roles)
    return CapacityPlan(
        id=f"CAP-{contract.id[4:]}",
        contract_id=contract.id,
        delivery_project_id=project.id,
        state=PlanState.ACTIVE,
        contract_version=contract.version,
        lines=lines,
        source=NO_SOURCE,
    )


def acceptances(
    contract: Contract, milestones: Sequence[Milestone], billed: Billed, today: date
) -> list[MilestoneAcceptance]:
    """Released or billed milestones were accepted; the next one is submitted or rejected."""
    released = {m.milestone_id: m.released_on for m in billed.milestones}
    found, waiting = [], False
    for milestone in milestones:
        day = released.get(milestone.id)
        state = AcceptanceState.PENDING
        if day is not None:
            state = AcceptanceState.ACCEPTED
        elif not waiting:
            waiting = True
            rejected = int(contract.id[4:]) % 3 == 0
            state = AcceptanceState.REJECTED if rejected else AcceptanceState.SUBMITTED
        decided = state in (AcceptanceState.ACCEPTED, AcceptanceState.REJECTED)
        found.append(
            MilestoneAcceptance(
                id=f"MAC-{milestone.id[4:]}",
                milestone_id=milestone.id,
                contract_id=contract.id,
                state=state,
                decided_by=f"sponsor at {contract.customer_id}" if decided else None,
                decided_on=(day or today - timedelta(days=4)) if decided else None,
                evidence=f"Protocol of {milestone.name.lower()}" if decided else None,
                source=NO_SOURCE,
            )
        )
    return found


def expenses(project: DeliveryProject, work: Work, currency: str, first: int) -> list[Expense]:
    """Two for each project."""
    found = []
    for index in range(2):
        entry = work.entries[(index + 1) * len(work.entries) // 3]
        category, euro = _EXPENSES[(first + index) % len(_EXPENSES)]
        amount = in_currency(Decimal(euro), currency)
        state = (EntryState.APPROVED, EntryState.INVOICED, EntryState.SUBMITTED)[first % 3]
        found.append(
            Expense(
                id=f"EXP-{first + index:06d}",
                resource_id=entry.resource_id,
                contract_id=project.contract_id,
                delivery_project_id=project.id,
                category=category,
                amount=Money(amount.amount, currency),
                incurred_on=entry.worked_on,
                billable=index == 0,
                state=state,
                description=f"{category} for {project.name}",
                approved_by=None if state is EntryState.SUBMITTED else project.lead,
                invoice_id=None,
                source=NO_SOURCE,
            )
        )
    return found


def _hours(work: Work) -> Decimal:
    counted = (entry.hours for entry in work.entries if entry.state is not EntryState.REJECTED)
    return sum(counted, Decimal(0))


def _progress(start: date, end: date, until: date) -> Decimal:
    share = Decimal((until - start).days) * 100 / Decimal((end - start).days)
    return min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal("0.1"))


def _workstreams(contract: Contract, planned: Decimal, until: date) -> tuple[Workstream, ...]:
    days = (contract.end_date - contract.start_date).days
    found = []
    for index, name in enumerate(WORKSTREAMS):
        start = contract.start_date + timedelta(days=days * index // 3)
        end = contract.start_date + timedelta(days=days * (index + 1) // 3)
        progress = _progress(start, end, until)
        state = DeliveryState.PLANNED
        if progress == 100:
            state = DeliveryState.DONE
        elif progress:
            state = _STATES[contract.state]
        found.append(
            Workstream(
                id=f"WKS-{contract.id[4:]}-{index + 1}",
                name=name,
                sequence=index + 1,
                state=state,
                start_date=start,
                end_date=end,
                planned_hours=(planned / 3).quantize(Decimal(1)),
                progress=progress,
            )
        )
    return tuple(found)
