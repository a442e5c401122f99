"""The records' own enums as the graph's: registered once, for all subgraphs.

They share processes and some of the enums, and registering one twice makes two types of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from subgraphs.systems_of_record.records import clm, common, crm, erp, psa


def describe(kind: type[Enum], description: str, values: Mapping[str, str]) -> None:
    """Make an enum a GraphQL enum and say what it and each of its values mean.

    Doing so again changes nothing.
    """
    if hasattr(kind, "__strawberry_definition__"):
        return
    strawberry.enum(kind, description=description)
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]


def register() -> None:
    """Make each enum of the records a GraphQL enum."""
    for kind, (description, values) in _RECORDS.items():
        describe(kind, description, values)


_RECORDS: Mapping[type[Enum], tuple[str, Mapping[str, str]]] = {
    clm.AmendmentKind: (
        "The chief thing that an amendment changes.",
        {
            "SCOPE": "What is delivered.",
            "VALUE": "The contract's total.",
            "TERM": "The last day.",
            "RATE": "The rates of a card.",
            "MILESTONE": "The milestones.",
        },
    ),
    clm.AmendmentState: (
        "Where an amendment stands in its life.",
        {
            "DRAFT": "Being written.",
            "IN_REVIEW": "Waiting for approval in the CLM.",
            "APPROVED": "Agreed; it can be applied.",
            "EXECUTED": "Applied: contract, ERP and PSA follow it.",
            "REJECTED": "Not agreed.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    clm.ContractKind: (
        "A master agreement, or a statement of work.",
        {
            "MSA": "Master agreement: the frame of statements of work.",
            "SOW": "Statement of work: what an engagement delivers.",
        },
    ),
    clm.ContractState: (
        "Where a contract stands in its life.",
        {
            "DRAFT": "Being written.",
            "IN_REVIEW": "Waiting for approval in the CLM.",
            "APPROVED": "Agreed; it can be provisioned.",
            "ACTIVE": "Provisioned, in its term.",
            "SUSPENDED": "Paused.",
            "EXPIRED": "Its term is over.",
            "TERMINATED": "Ended before its term was over.",
        },
    ),
    clm.DeltaAction: (
        "What happens to the thing that a delta names.",
        {
            "ADD": "It joins.",
            "CHANGE": "It stays, with other values.",
            "REMOVE": "It leaves.",
        },
    ),
    clm.RateCardState: (
        "Only an APPROVED card may be billed.",
        {
            "DRAFT": "Being written.",
            "APPROVED": "Agreed; may be billed.",
            "RETIRED": "Replaced; no longer billed.",
        },
    ),
    common.EngagementType: (
        "How the customer of an engagement is charged.",
        {
            "TIME_AND_MATERIALS": "Hours at the rates of a card, up to a cap.",
            "FIXED_FEE": "A price for the whole, in instalments.",
            "RETAINER": "An amount a period for included hours.",
            "MILESTONE": "Amounts that acceptances release.",
        },
    ),
    common.Period: (
        "The rhythm of recurring billing.",
        {
            "MONTHLY": "Every month.",
            "QUARTERLY": "Every three months.",
        },
    ),
    common.System: (
        "A kind of system of record.",
        {
            "CRM": "Customer relationship management: customers and opportunities.",
            "CLM": "Contract lifecycle management: contracts, amendments, rate cards.",
            "ERP": "Enterprise resource planning: the books, billing, revenue, purchasing.",
            "PSA": "Professional services automation: delivery, people, time.",
        },
    ),
    crm.CreditStatus: (
        "ON_HOLD stops every provisioning.",
        {
            "GOOD": "No concern.",
            "WATCH": "Pays late; somebody should look.",
            "ON_HOLD": "Nothing may be provisioned.",
        },
    ),
    crm.CustomerStatus: (
        "Where the relation with a customer stands.",
        {
            "PROSPECT": "Has bought nothing yet.",
            "ACTIVE": "Buys.",
            "INACTIVE": "No longer buys.",
        },
    ),
    crm.OpportunityStage: (
        "The sales stages; WON and LOST are closed.",
        {
            "QUALIFICATION": "Found, not yet offered.",
            "PROPOSAL": "Offered.",
            "NEGOTIATION": "Terms are being agreed.",
            "WON": "Sold.",
            "LOST": "Not sold.",
        },
    ),
    erp.BillingLineState: (
        "READY may be invoiced.",
        {
            "PLANNED": "Not billable yet.",
            "READY": "Billable.",
            "INVOICED": "On an invoice.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    erp.BillingMilestoneState: (
        "RELEASED means accepted, so billable.",
        {
            "PENDING": "Not accepted yet.",
            "RELEASED": "Accepted, so billable.",
            "INVOICED": "On an invoice.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    erp.DisputeState: (
        "CREDITED and UPHELD are final.",
        {
            "OPEN": "Raised by the customer.",
            "UNDER_REVIEW": "Being looked into.",
            "CREDITED": "The customer was right: it was given back.",
            "UPHELD": "The invoice stands.",
        },
    ),
    erp.InvoiceState: (
        "An invoice's life.",
        {
            "DRAFT": "Not sent yet; may still change.",
            "ISSUED": "Sent, not due yet.",
            "PARTIALLY_PAID": "A part was paid.",
            "PAID": "Paid in full.",
            "OVERDUE": "Due, and not paid.",
            "DISPUTED": "Contested by the customer.",
            "CREDITED": "Given back in full.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    erp.ProjectState: (
        "A project's life in the books.",
        {
            "PLANNED": "Not begun.",
            "ACTIVE": "Under way.",
            "ON_HOLD": "Paused.",
            "CLOSED": "Finished.",
            "CANCELLED": "Given up.",
        },
    ),
    erp.PurchaseOrderState: (
        "A purchase order's life.",
        {
            "DRAFT": "Not placed yet.",
            "OPEN": "Placed; may be spent from.",
            "CLOSED": "Finished.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    erp.RecognitionMethod: (
        "When revenue is earned (ASC 606-10-25, IFRS 15.31-45).",
        {
            "INPUT": "Over time, by the hours worked.",
            "STRAIGHT_LINE": "Over time, in equal parts.",
            "POINT_IN_TIME": "At once, when it is accepted.",
        },
    ),
    erp.RecordState: (
        "Live, or withdrawn.",
        {
            "ACTIVE": "In force.",
            "CANCELLED": "Withdrawn.",
        },
    ),
    psa.AcceptanceState: (
        "Whether the customer accepted a milestone.",
        {
            "PENDING": "Not handed over yet.",
            "SUBMITTED": "Handed over; the customer decides.",
            "ACCEPTED": "Accepted by the customer.",
            "REJECTED": "Not accepted by the customer.",
        },
    ),
    psa.Commitment: (
        "SOFT is proposed, HARD is booked.",
        {
            "SOFT": "Proposed.",
            "HARD": "Booked.",
        },
    ),
    psa.DeliveryState: (
        "Where a piece of delivery stands.",
        {
            "PLANNED": "Not begun.",
            "IN_PROGRESS": "Under way.",
            "ON_HOLD": "Paused.",
            "DONE": "Finished.",
            "CANCELLED": "Given up.",
        },
    ),
    psa.EntryState: (
        "Only APPROVED entries may be invoiced.",
        {
            "DRAFT": "Not handed in yet.",
            "SUBMITTED": "Handed in, not approved yet.",
            "APPROVED": "Approved; may be invoiced.",
            "REJECTED": "Not approved; never counts.",
            "INVOICED": "On an invoice.",
        },
    ),
    psa.PlanState: (
        "State of a capacity plan.",
        {
            "ACTIVE": "In force.",
            "CANCELLED": "Withdrawn.",
        },
    ),
}
