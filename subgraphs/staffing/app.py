"""The staffing subgraph as a value."""

from __future__ import annotations

from subgraphs.serving.app import Subgraph
from subgraphs.serving.schema import make_schema
from subgraphs.staffing.engagements import Engagement
from subgraphs.staffing.mutations import Mutation
from subgraphs.staffing.queries import Query
from subgraphs.staffing.resources import Assignment, Resource, Skill
from subgraphs.staffing.work import Expense, TimesheetEntry

SUBGRAPH = Subgraph(
    name="staffing",
    port=4004,
    schema=make_schema(
        Query, Mutation, types=(Assignment, Engagement, Expense, Resource, Skill, TimesheetEntry)
    ),
)
