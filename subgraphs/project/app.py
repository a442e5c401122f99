"""The project subgraph as a value."""

from __future__ import annotations

from subgraphs.project.delivery import Milestone
from subgraphs.project.mutations import Mutation
from subgraphs.project.projects import Engagement, Project
from subgraphs.project.queries import Query
from subgraphs.serving.app import Subgraph
from subgraphs.serving.schema import make_schema

SUBGRAPH = Subgraph(
    name="project",
    port=4002,
    schema=make_schema(Query, Mutation, types=(Engagement, Milestone, Project)),
)
