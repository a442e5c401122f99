"""The contract subgraph as a value."""

from __future__ import annotations

from subgraphs.contract.contracts import Amendment, Contract, Milestone, RateCard
from subgraphs.contract.customers import Customer, Opportunity
from subgraphs.contract.queries import Query
from subgraphs.serving.app import Subgraph
from subgraphs.serving.schema import make_schema

SUBGRAPH = Subgraph(
    name="contract",
    port=4001,
    schema=make_schema(
        Query, types=(Amendment, Contract, Customer, Milestone, Opportunity, RateCard)
    ),
)
