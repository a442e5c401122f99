"""From an approved contract to a billable project, for every engagement type alike."""

from __future__ import annotations

from subgraphs.engagement.steps.activate_contract import ACTIVATE_CONTRACT
from subgraphs.engagement.steps.announce import ANNOUNCE_PROVISIONED
from subgraphs.engagement.steps.billing_milestones import BILLING_MILESTONES
from subgraphs.engagement.steps.billing_rule import BILLING_RULE
from subgraphs.engagement.steps.billing_schedule import BILLING_SCHEDULE
from subgraphs.engagement.steps.capacity_plan import CAPACITY_PLAN
from subgraphs.engagement.steps.customer_account import CUSTOMER_ACCOUNT
from subgraphs.engagement.steps.delivery_project import DELIVERY_PROJECT
from subgraphs.engagement.steps.procurement import PROCUREMENT
from subgraphs.engagement.steps.project_shell import PROJECT_SHELL
from subgraphs.engagement.steps.rate_cards import RATE_CARDS_ERP, RATE_CARDS_PSA
from subgraphs.engagement.steps.revenue_schedule import REVENUE_SCHEDULE
from subgraphs.engagement.workflows.workflow import Workflow

PROVISION_ENGAGEMENT = Workflow(
    "provision-engagement",
    (
        CUSTOMER_ACCOUNT,
        PROJECT_SHELL,
        BILLING_RULE,
        BILLING_MILESTONES,
        BILLING_SCHEDULE,
        REVENUE_SCHEDULE,
        DELIVERY_PROJECT,
        CAPACITY_PLAN,
        RATE_CARDS_ERP,
        RATE_CARDS_PSA,
        PROCUREMENT,
        ACTIVATE_CONTRACT,
        ANNOUNCE_PROVISIONED,
    ),
)
