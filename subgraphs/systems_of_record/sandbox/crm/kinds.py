"""The objects of the sandbox CRM, with the names that a Salesforce org gives them."""

from __future__ import annotations

from subgraphs.systems_of_record.codec import Codec, snake_case
from subgraphs.systems_of_record.sandbox.kinds import Catalogue, FieldType, Kind

_ACCOUNT = (
    "Name AccountNumber Type CreditStatus__c Industry Region__c BillingCountryCode "
    "CurrencyIsoCode ParentId UltimateParentId__c LegalEntities__c"
)
_OPPORTUNITY = (
    "Name AccountId StageName CurrencyIsoCode CloseDate Region__c EngagementType__c "
    "ContractNumber__c"
)

CATALOGUE = Catalogue(
    {
        "Account": Kind(
            name="Account",
            prefix="CUS",
            fields=dict.fromkeys(_ACCOUNT.split(), FieldType.TEXT),
            id_field="Id",
            modified_field="SystemModstamp",
            external_key=("AccountNumber",),
            indexes=("ParentId", "UltimateParentId__c", "Region__c"),
        ),
        "Opportunity": Kind(
            name="Opportunity",
            prefix="OPP",
            fields=dict.fromkeys(_OPPORTUNITY.split(), FieldType.TEXT)
            | {"Amount": FieldType.NUMBER, "Probability": FieldType.NUMBER},
            id_field="Id",
            modified_field="SystemModstamp",
            indexes=("AccountId",),
        ),
    },
    Codec(snake_case),
)
