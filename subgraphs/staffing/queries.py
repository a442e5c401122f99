"""Entry points of the staffing subgraph."""

from __future__ import annotations

import strawberry

from subgraphs.serving.connection import DEFAULT_PAGE_SIZE, Connection, connect, page_request
from subgraphs.serving.context import Info
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.serving.values import from_record
from subgraphs.staffing.filters import (
    AssignmentFilterInput,
    AssignmentOrder,
    ExpenseFilterInput,
    ExpenseOrder,
    ResourceFilterInput,
    ResourceOrder,
    TimesheetFilterInput,
    TimesheetOrder,
)
from subgraphs.staffing.resources import Assignment, Resource, Skill
from subgraphs.staffing.work import Expense, TimesheetEntry
from subgraphs.systems_of_record import filters


@strawberry.type
class Query:
    @strawberry.field(description="A person by id; null where the caller may not see them.")
    async def resource(self, info: Info, id: strawberry.ID) -> Resource | None:
        return await Resource.load(info.context, id)

    @strawberry.field(description="The caller as a person who delivers, if they are one.")
    async def me(self, info: Info) -> Resource | None:
        return await Resource.load_by_subject(info.context, info.context.caller.subject)

    @strawberry.field(description="People of the caller's regions and legal entities.")
    async def resources(
        self,
        info: Info,
        filter: ResourceFilterInput | None = None,
        order_by: ResourceOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Resource] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.ResourceFilter, filter, context.scope)
        page = read_page(context.systems.psa.list_resources, where, request)
        return await connect(page, request, Resource.of)

    @strawberry.field(
        description="Assignments of engagements of the caller's regions and legal entities."
    )
    async def assignments(
        self,
        info: Info,
        filter: AssignmentFilterInput | None = None,
        order_by: AssignmentOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Assignment] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.AssignmentFilter, filter, context.scope)
        page = read_page(context.systems.psa.list_assignments, where, request)
        return await connect(page, request, lambda each: from_record(Assignment, each))

    @strawberry.field(
        description="Time booked on engagements of the caller's regions and legal entities."
    )
    async def timesheet_entries(
        self,
        info: Info,
        filter: TimesheetFilterInput | None = None,
        order_by: TimesheetOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[TimesheetEntry] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.TimesheetFilter, filter, context.scope)
        page = read_page(context.systems.psa.list_timesheet_entries, where, request)
        return await connect(page, request, TimesheetEntry.of)

    @strawberry.field(
        description="Expenses of engagements of the caller's regions and legal entities."
    )
    async def expenses(
        self,
        info: Info,
        filter: ExpenseFilterInput | None = None,
        order_by: ExpenseOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Expense] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.ExpenseFilter, filter, context.scope)
        page = read_page(context.systems.psa.list_expenses, where, request)
        return await connect(page, request, lambda each: from_record(Expense, each))

    @strawberry.field(description="Everything that a person can do, by the PSA's list.")
    async def skills(self, info: Info) -> list[Skill] | None:
        context = info.context
        if not context.caller.authenticated:
            return []
        found = await context.systems.psa.skills()
        return [from_record(Skill, each) for _, each in sorted(found.items())]
