"""Customers and opportunities as rows of a Salesforce org, and back.

The one place that knows the org's field names: the connector reads through it, the sandbox's
generator writes through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.records.common import EngagementType, Money, Source
from subgraphs.systems_of_record.records.crm import (
    CreditStatus,
    Customer,
    CustomerStatus,
    Opportunity,
    OpportunityStage,
)

Row = Mapping[str, Any]

ACCOUNT_FIELDS = {
    "id": "Id",
    "name": "Name",
    "account_number": "AccountNumber",
    "status": "Type",
    "credit_status": "CreditStatus__c",
    "industry": "Industry",
    "region": "Region__c",
    "country": "BillingCountryCode",
    "currency": "CurrencyIsoCode",
    "parent_id": "ParentId",
    "ultimate_parent_id": "UltimateParentId__c",
    "legal_entities": "LegalEntities__c",
    "modified_at": "SystemModstamp",
}
OPPORTUNITY_FIELDS = {
    "id": "Id",
    "name": "Name",
    "customer_id": "AccountId",
    "stage": "StageName",
    "amount": "Amount",
    "currency": "CurrencyIsoCode",
    "probability": "Probability",
    "close_date": "CloseDate",
    "region": "Region__c",
    "engagement_type": "EngagementType__c",
    "contract_id": "ContractNumber__c",
    "modified_at": "SystemModstamp",
}


def account_row(customer: Customer) -> dict[str, Any]:
    """An Account. Picklists of several values are joined by semicolons, as the org does."""
    return {
        "Id": customer.id,
        "Name": customer.name,
        "AccountNumber": customer.account_number,
        "Type": customer.status.value,
        "CreditStatus__c": customer.credit_status.value,
        "Industry": customer.industry,
        "Region__c": customer.region,
        "BillingCountryCode": customer.country,
        "CurrencyIsoCode": customer.currency,
        "ParentId": customer.parent_id,
        "UltimateParentId__c": customer.ultimate_parent_id,
        "LegalEntities__c": ";".join(customer.legal_entities),
    }


def opportunity_row(opportunity: Opportunity) -> dict[str, Any]:
    """An Opportunity. The org keeps the probability in percent."""
    return {
        "Id": opportunity.id,
        "Name": opportunity.name,
        "AccountId": opportunity.customer_id,
        "StageName": opportunity.stage.value,
        "Amount": format(opportunity.amount.amount, "f"),
        "CurrencyIsoCode": opportunity.amount.currency,
        "Probability": format(opportunity.probability * 100, "f"),
        "CloseDate": opportunity.close_date.isoformat(),
        "Region__c": opportunity.region,
        "EngagementType__c": opportunity.engagement_type.value,
        "ContractNumber__c": opportunity.contract_id,
    }


def customer_in(row: Row, source: Source) -> Customer:
    """The customer in an Account. Raises MalformedDocumentError."""
    try:
        return Customer(
            id=row["Id"],
            name=row["Name"],
            account_number=row["AccountNumber"],
            status=CustomerStatus(row["Type"]),
            credit_status=CreditStatus(row["CreditStatus__c"]),
            industry=row["Industry"],
            region=row["Region__c"],
            country=row["BillingCountryCode"],
            currency=row["CurrencyIsoCode"],
            parent_id=row["ParentId"],
            ultimate_parent_id=row["UltimateParentId__c"],
            legal_entities=tuple(code for code in row["LegalEntities__c"].split(";") if code),
            source=source,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedDocumentError(f"no Account: {error!r}") from error


def opportunity_in(row: Row, source: Source) -> Opportunity:
    """The opportunity in an Opportunity. Raises MalformedDocumentError."""
    try:
        return Opportunity(
            id=row["Id"],
            name=row["Name"],
            customer_id=row["AccountId"],
            stage=OpportunityStage(row["StageName"]),
            amount=Money(Decimal(row["Amount"]), row["CurrencyIsoCode"]),
            probability=Decimal(row["Probability"]) / 100,
            close_date=date.fromisoformat(row["CloseDate"]),
            region=row["Region__c"],
            engagement_type=EngagementType(row["EngagementType__c"]),
            contract_id=row["ContractNumber__c"],
            source=source,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise MalformedDocumentError(f"no Opportunity: {error!r}") from error
