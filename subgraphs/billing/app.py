"""The billing subgraph as a value."""

from __future__ import annotations

from subgraphs.billing.engagements import Engagement
from subgraphs.billing.invoices import CreditNote, Dispute, Invoice
from subgraphs.billing.mutations import Mutation
from subgraphs.billing.parties import Customer, LegalEntity
from subgraphs.billing.queries import Query
from subgraphs.billing.schedules import BillingMilestone, Milestone
from subgraphs.serving.app import Subgraph
from subgraphs.serving.schema import make_schema

SUBGRAPH = Subgraph(
    name="billing",
    port=4003,
    schema=make_schema(
        Query,
        Mutation,
        types=(
            BillingMilestone,
            CreditNote,
            Customer,
            Dispute,
            Engagement,
            Invoice,
            LegalEntity,
            Milestone,
        ),
    ),
)
