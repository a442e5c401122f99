"""Entry points of the project subgraph."""

from __future__ import annotations

from enum import Enum

import strawberry

from subgraphs.project.projects import Project
from subgraphs.serving.connection import (
    DEFAULT_PAGE_SIZE,
    Connection,
    OrderDirection,
    connect,
    page_request,
)
from subgraphs.serving.context import Info
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.records import common, erp


@strawberry.input(name="ProjectFilter")
class ProjectFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    states: list[erp.ProjectState] | None = None
    engagement_types: list[common.EngagementType] | None = None


# Ordering by cost would tell what the cost fields themselves keep confidential.
@strawberry.enum
class ProjectOrderField(Enum):
    ID = "id"
    NAME = "name"
    START_DATE = "start_date"
    END_DATE = "end_date"
    MODIFIED_AT = "modified_at"


@strawberry.input
class ProjectOrder:
    field: ProjectOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.type
class Query:
    @strawberry.field(description="A project by its id; null where the caller may not see it.")
    async def project(self, info: Info, id: strawberry.ID) -> Project | None:
        return await Project.load(info.context, id)

    @strawberry.field(description="Projects of the caller's regions and legal entities.")
    async def projects(
        self,
        info: Info,
        filter: ProjectFilterInput | None = None,
        order_by: ProjectOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Project] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.ProjectFilter, filter, context.scope)
        page = read_page(context.systems.erp.list_projects, where, request)
        return await connect(page, request, Project.of)
