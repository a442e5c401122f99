"""The records' own enums as the graph's: registered once, for all subgraphs.

They share processes and some of the enums, and registering one twice makes two types of it.
"""

from __future__ import annotations

from enum import Enum

import strawberry

from subgraphs.systems_of_record.records import clm, common, crm, erp, psa

DESCRIPTIONS: dict[type[Enum], str] = {
    clm.AmendmentKind: "The chief thing that an amendment changes.",
    clm.AmendmentState: "Where an amendment stands in its life.",
    clm.ContractKind: "A master agreement, or a statement of work.",
    clm.ContractState: "Where a contract stands in its life.",
    clm.DeltaAction: "What happens to the thing that a delta names.",
    clm.RateCardState: "Only an APPROVED card may be billed.",
    common.EngagementType: "How the customer of an engagement is charged.",
    common.Period: "The rhythm of recurring billing.",
    common.System: "A kind of system of record.",
    crm.CreditStatus: "ON_HOLD stops every provisioning.",
    crm.CustomerStatus: "Where the relation with a customer stands.",
    crm.OpportunityStage: "The sales stages; WON and LOST are closed.",
    erp.BillingLineState: "READY may be invoiced.",
    erp.BillingMilestoneState: "RELEASED means accepted, so billable.",
    erp.DisputeState: "CREDITED and UPHELD are final.",
    erp.InvoiceState: "An invoice's life.",
    erp.ProjectState: "A project's life in the books.",
    erp.PurchaseOrderState: "A purchase order's life.",
    erp.RecognitionMethod: "When revenue is earned (ASC 606-10-25, IFRS 15.31-45).",
    erp.RecordState: "Live, or withdrawn.",
    psa.AcceptanceState: "Whether the customer accepted a milestone.",
    psa.Commitment: "SOFT is proposed, HARD is booked.",
    psa.DeliveryState: "Where a piece of delivery stands.",
    psa.EntryState: "Only APPROVED entries may be invoiced.",
    psa.PlanState: "State of a capacity plan.",
}


def register() -> None:
    """Make each enum a GraphQL enum; doing so again changes nothing."""
    for kind, description in DESCRIPTIONS.items():
        if not hasattr(kind, "__strawberry_definition__"):
            strawberry.enum(kind, description=description)
