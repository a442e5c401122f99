"""The governed mutations. Each takes a command and answers with the run."""

from __future__ import annotations

import strawberry

from subgraphs.engagement.command_types import (
    ApplyAmendmentInput,
    ApproveRunInput,
    ProvisionEngagementInput,
    ReplayRunInput,
    RunReasonInput,
    checked_key,
    checked_text,
    refusals_as_errors,
)
from subgraphs.engagement.commands import approve, operate
from subgraphs.engagement.commands.request import RunRequest, request_run
from subgraphs.engagement.run_types import Run
from subgraphs.engagement.runs.run import RunKind
from subgraphs.serving.context import Info


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Make an approved contract a billable project.")
    async def provision_engagement(self, info: Info, input: ProvisionEngagementInput) -> Run | None:
        return await _request(
            info,
            RunKind.PROVISION_ENGAGEMENT,
            input.contract_id,
            input.contract_version,
            input.idempotency_key,
        )

    @strawberry.mutation(description="Let all systems follow an approved amendment.")
    async def apply_amendment(self, info: Info, input: ApplyAmendmentInput) -> Run | None:
        return await _request(
            info,
            RunKind.APPLY_AMENDMENT,
            input.amendment_id,
            input.base_version,
            input.idempotency_key,
        )

    @strawberry.mutation(description="Approve a run that waits; never one's own.")
    async def approve_run(self, info: Info, input: ApproveRunInput) -> Run | None:
        comment = checked_text(input.comment, "comment", required=False)
        context = info.context
        with refusals_as_errors():
            return Run.of(
                await approve.approve_run(context.services, context.caller, input.run_id, comment)
            )

    @strawberry.mutation(description="End a run that waits for approval.")
    async def reject_run(self, info: Info, input: RunReasonInput) -> Run | None:
        reason = checked_text(input.reason, "reason", required=True)
        context = info.context
        with refusals_as_errors():
            return Run.of(
                await approve.reject_run(context.services, context.caller, input.run_id, reason)
            )

    @strawberry.mutation(description="Go on with a parked run from the step that failed.")
    async def replay_run(self, info: Info, input: ReplayRunInput) -> Run | None:
        context = info.context
        with refusals_as_errors():
            return Run.of(await operate.replay_run(context.services, context.caller, input.run_id))

    @strawberry.mutation(description="Take back, in reverse order, what a run has done.")
    async def cancel_run(self, info: Info, input: RunReasonInput) -> Run | None:
        reason = checked_text(input.reason, "reason", required=True)
        context = info.context
        with refusals_as_errors():
            return Run.of(
                await operate.cancel_run(context.services, context.caller, input.run_id, reason)
            )

    @strawberry.mutation(description="Call the failed step done by hand, and go on behind it.")
    async def resolve_exception(self, info: Info, input: RunReasonInput) -> Run | None:
        reason = checked_text(input.reason, "reason", required=True)
        context = info.context
        with refusals_as_errors():
            return Run.of(
                await operate.resolve_exception(
                    context.services, context.caller, input.run_id, reason
                )
            )


async def _request(info: Info, kind: RunKind, subject_id: str, version: int, key: str) -> Run:
    context = info.context
    request = RunRequest(kind, subject_id, version, checked_key(key), context.correlation_id)
    with refusals_as_errors():
        return Run.of(await request_run(context.services, context.caller, request))
