"""What the lists of the staffing subgraph can be filtered and ordered by."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from subgraphs.serving.connection import OrderDirection
from subgraphs.systems_of_record.records import psa


@strawberry.input(name="ResourceFilter")
class ResourceFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    roles: list[str] | None = None
    skill_ids: list[strawberry.ID] | None = None
    name_contains: str | None = None
    active: bool | None = None


@strawberry.enum
class ResourceOrderField(Enum):
    ID = "id"
    NAME = "name"
    ROLE = "role"


@strawberry.input
class ResourceOrder:
    field: ResourceOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="AssignmentFilter")
class AssignmentFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    resource_ids: list[strawberry.ID] | None = None
    commitments: list[psa.Commitment] | None = None
    overlaps_from: date | None = None
    overlaps_to: date | None = None


@strawberry.enum
class AssignmentOrderField(Enum):
    ID = "id"
    START_DATE = "start_date"
    END_DATE = "end_date"


@strawberry.input
class AssignmentOrder:
    field: AssignmentOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="TimesheetFilter")
class TimesheetFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    resource_ids: list[strawberry.ID] | None = None
    states: list[psa.EntryState] | None = None
    billable: bool | None = None
    worked_from: date | None = None
    worked_to: date | None = None


@strawberry.enum
class TimesheetOrderField(Enum):
    ID = "id"
    WORKED_ON = "worked_on"
    HOURS = "hours"
    MODIFIED_AT = "modified_at"


@strawberry.input
class TimesheetOrder:
    field: TimesheetOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="ExpenseFilter")
class ExpenseFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    resource_ids: list[strawberry.ID] | None = None
    states: list[psa.EntryState] | None = None


@strawberry.enum
class ExpenseOrderField(Enum):
    ID = "id"
    INCURRED_ON = "incurred_on"
    AMOUNT = "amount"


@strawberry.input
class ExpenseOrder:
    field: ExpenseOrderField
    direction: OrderDirection = OrderDirection.ASC
