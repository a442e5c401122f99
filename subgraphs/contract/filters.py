"""What the lists of the contract subgraph can be filtered and ordered by."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from subgraphs.serving.connection import OrderDirection
from subgraphs.systems_of_record.records import clm, common, crm


@strawberry.input(name="ContractFilter")
class ContractFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    customer_ids: list[strawberry.ID] | None = None
    states: list[clm.ContractState] | None = None
    kinds: list[clm.ContractKind] | None = None
    engagement_types: list[common.EngagementType] | None = None
    currencies: list[str] | None = None
    title_contains: str | None = None
    lead: str | None = None
    ends_from: date | None = None
    ends_to: date | None = None


@strawberry.enum
class ContractOrderField(Enum):
    ID = "id"
    NUMBER = "number"
    TITLE = "title"
    START_DATE = "start_date"
    END_DATE = "end_date"
    TOTAL_VALUE = "total_value"
    MODIFIED_AT = "modified_at"


@strawberry.input
class ContractOrder:
    field: ContractOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="AmendmentFilter")
class AmendmentFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    states: list[clm.AmendmentState] | None = None
    kinds: list[clm.AmendmentKind] | None = None


@strawberry.enum
class AmendmentOrderField(Enum):
    ID = "id"
    EFFECTIVE_DATE = "effective_date"
    MODIFIED_AT = "modified_at"


@strawberry.input
class AmendmentOrder:
    field: AmendmentOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="CustomerFilter")
class CustomerFilterInput:
    regions: list[str] | None = None
    name_contains: str | None = None
    statuses: list[crm.CustomerStatus] | None = None
    credit_statuses: list[crm.CreditStatus] | None = None
    parent_id: strawberry.ID | None = None
    ultimate_parent_id: strawberry.ID | None = None


@strawberry.enum
class CustomerOrderField(Enum):
    ID = "id"
    NAME = "name"
    ACCOUNT_NUMBER = "account_number"
    MODIFIED_AT = "modified_at"


@strawberry.input
class CustomerOrder:
    field: CustomerOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="OpportunityFilter")
class OpportunityFilterInput:
    regions: list[str] | None = None
    customer_ids: list[strawberry.ID] | None = None
    stages: list[crm.OpportunityStage] | None = None
    closes_from: date | None = None
    closes_to: date | None = None


@strawberry.enum
class OpportunityOrderField(Enum):
    ID = "id"
    NAME = "name"
    CLOSE_DATE = "close_date"
    AMOUNT = "amount"


@strawberry.input
class OpportunityOrder:
    field: OpportunityOrderField
    direction: OrderDirection = OrderDirection.ASC
