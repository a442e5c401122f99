"""The engagement subgraph as a value."""

from __future__ import annotations

from subgraphs.engagement.engagements import Engagement
from subgraphs.engagement.mutations import Mutation
from subgraphs.engagement.queries import Query
from subgraphs.engagement.run_types import Run
from subgraphs.engagement.wiring import engagement_backends
from subgraphs.serving.app import Subgraph
from subgraphs.serving.schema import make_schema

SUBGRAPH = Subgraph(
    name="engagement",
    port=4005,
    schema=make_schema(Query, Mutation, types=(Engagement, Run)),
    backends=engagement_backends,
)
