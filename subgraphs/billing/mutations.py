"""What the processes write in the ERP through the graph."""

from __future__ import annotations

from datetime import date

import strawberry

from subgraphs.billing.schedules import BillingMilestone, booked_project
from subgraphs.serving.context import Info
from subgraphs.serving.processes import Step, execute
from subgraphs.serving.values import from_record


@strawberry.federation.input(inaccessible=True)
class ReleaseBillingMilestoneInput:
    contract_id: strawberry.ID
    milestone_id: strawberry.ID
    released_on: date
    idempotency_key: str


@strawberry.type
class Mutation:
    @strawberry.federation.mutation(
        inaccessible=True, description="An accepted milestone becomes billable."
    )
    async def release_billing_milestone(
        self, info: Info, input: ReleaseBillingMilestoneInput
    ) -> BillingMilestone:
        context, contract_id = info.context, str(input.contract_id)
        milestone_id, released_on = str(input.milestone_id), input.released_on
        step = Step(
            "releaseBillingMilestone",
            contract_id,
            input.idempotency_key,
            {"milestoneId": milestone_id, "releasedOn": released_on.isoformat()},
        )
        written = await execute(
            context,
            step,
            lambda: booked_project(context, contract_id),
            lambda: context.systems.erp.release_billing_milestone(
                milestone_id, released_on=released_on, key=input.idempotency_key
            ),
        )
        return from_record(BillingMilestone, written)
