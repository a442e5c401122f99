"""What the processes write in the PSA's delivery plan through the graph."""

from __future__ import annotations

from datetime import date

import strawberry

from subgraphs.project.delivery import MilestoneAcceptance, delivery_project
from subgraphs.serving.context import Info
from subgraphs.serving.processes import Step, execute
from subgraphs.serving.values import from_record
from subgraphs.systems_of_record.records import psa


@strawberry.federation.input(inaccessible=True)
class RecordMilestoneAcceptanceInput:
    contract_id: strawberry.ID
    milestone_id: strawberry.ID
    state: psa.AcceptanceState
    decided_by: str
    decided_on: date
    evidence: str
    idempotency_key: str


@strawberry.type
class Mutation:
    @strawberry.federation.mutation(
        inaccessible=True, description="The customer accepted or rejected a milestone."
    )
    async def record_milestone_acceptance(
        self, info: Info, input: RecordMilestoneAcceptanceInput
    ) -> MilestoneAcceptance:
        context, contract_id = info.context, str(input.contract_id)
        step = Step(
            "recordMilestoneAcceptance",
            contract_id,
            input.idempotency_key,
            {
                "milestoneId": str(input.milestone_id),
                "state": input.state.value,
                "decidedBy": input.decided_by,
                "decidedOn": input.decided_on.isoformat(),
                "evidence": input.evidence,
            },
        )
        written = await execute(
            context,
            step,
            lambda: delivery_project(context, contract_id),
            lambda: context.systems.psa.decide_acceptance(
                str(input.milestone_id),
                contract_id=contract_id,
                state=input.state,
                decided_by=input.decided_by,
                decided_on=input.decided_on,
                evidence=input.evidence,
                key=input.idempotency_key,
            ),
        )
        return from_record(MilestoneAcceptance, written)
