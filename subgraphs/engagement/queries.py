"""Entry points of the engagement subgraph."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from subgraphs.engagement.command_types import (
    PreviewAmendmentInput,
    PreviewProvisioningInput,
    RunPreview,
    refusals_as_errors,
)
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.commands.preview import preview_run
from subgraphs.engagement.engagements import Engagement
from subgraphs.engagement.run_types import Run, hides_cost, object_changes
from subgraphs.engagement.runs.run import RunKind, RunState
from subgraphs.engagement.runs.store import RunFilter
from subgraphs.serving.connection import (
    DEFAULT_PAGE_SIZE,
    Connection,
    Edge,
    OrderDirection,
    PageInfo,
    connect,
    page_request,
)
from subgraphs.serving.context import Info
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.records import clm, common


@strawberry.input(name="EngagementFilter")
class EngagementFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    customer_ids: list[strawberry.ID] | None = None
    states: list[clm.ContractState] | None = strawberry.field(
        default=None, description="Of the contract."
    )
    engagement_types: list[common.EngagementType] | None = None
    currencies: list[str] | None = None
    title_contains: str | None = None
    lead: str | None = None
    ends_from: date | None = None
    ends_to: date | None = None


@strawberry.enum
class EngagementOrderField(Enum):
    ID = "id"
    NUMBER = "number"
    TITLE = "title"
    START_DATE = "start_date"
    END_DATE = "end_date"
    TOTAL_VALUE = "total_value"
    MODIFIED_AT = "modified_at"


@strawberry.input
class EngagementOrder:
    field: EngagementOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="RunFilter")
class RunFilterInput:
    states: list[RunState] | None = None
    kinds: list[RunKind] | None = None
    contract_id: strawberry.ID | None = None
    regions: list[str] | None = None
    legal_entities: list[str] | None = None


@strawberry.type
class Query:
    @strawberry.field(description="Null where the caller may not see it.")
    async def engagement(self, info: Info, id: strawberry.ID) -> Engagement | None:
        return await Engagement.load(info.context, id)

    @strawberry.field(description="Engagements of the caller's regions and legal entities.")
    async def engagements(
        self,
        info: Info,
        filter: EngagementFilterInput | None = None,
        order_by: EngagementOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Engagement] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        works = [clm.ContractKind.SOW]
        where = narrow(filters.ContractFilter, filter, context.scope, kinds=works)
        page = read_page(context.systems.clm.list_contracts, where, request)
        return await connect(page, request, Engagement.of)

    @strawberry.field(description="Null where the caller may not see it.")
    async def run(self, info: Info, id: strawberry.ID) -> Run | None:
        return Run.find(info.context, id)

    @strawberry.field(description="Runs, the newest first.")
    async def runs(
        self,
        info: Info,
        filter: RunFilterInput | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Run] | None:
        context, request = info.context, page_request(info, first, after, None)
        desk: Desk = context.services
        where = narrow(RunFilter, filter, context.scope)
        found = desk.store.list(where, first=request.first + 1, after=after)
        edges = [Edge(cursor=each.id, node=Run.of(each)) for each in found[: request.first]]
        return Connection(
            edges=edges,
            page_info=PageInfo(
                has_next_page=len(found) > request.first,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            total_count=desk.store.count(where) if request.with_total else None,
        )

    @strawberry.field(description="What provisioning would write, and whether it may.")
    async def preview_provisioning(
        self, info: Info, input: PreviewProvisioningInput
    ) -> RunPreview | None:
        kind, version = RunKind.PROVISION_ENGAGEMENT, input.contract_version
        return await _preview(info, kind, input.contract_id, version)

    @strawberry.field(description="What the amendment would change, and whether it may.")
    async def preview_amendment(
        self, info: Info, input: PreviewAmendmentInput
    ) -> RunPreview | None:
        kind, version = RunKind.APPLY_AMENDMENT, input.base_version
        return await _preview(info, kind, input.amendment_id, version)


async def _preview(info: Info, kind: RunKind, subject_id: str, version: int | None) -> RunPreview:
    context = info.context
    desk: Desk = context.services
    with refusals_as_errors():
        preview = await preview_run(desk, context.caller, kind, subject_id, version)
    systems = {step.name: step.system for step in desk.workflows[kind].steps}
    hidden = hides_cost(context, preview.contract, preview.contract.lead)
    return RunPreview.of(preview, object_changes(preview.writes, systems, hidden=hidden))
