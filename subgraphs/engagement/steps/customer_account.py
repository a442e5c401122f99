"""The customer's master record in the books of the contracting legal entity."""

from __future__ import annotations

from collections.abc import Mapping

from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import PendingId, PlanCase
from subgraphs.engagement.steps.object_step import Held, ObjectStep
from subgraphs.systems_of_record.drafts import CustomerAccountDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import System


def _wanted(case: PlanCase) -> tuple[CustomerAccountDraft, ...]:
    """One account, unless the entity has one: a customer has many contracts, and its account's
    terms are for the credit desk to keep, so an account that exists is matched as it is."""
    contract, landscape = case.after.contract, case.landscape
    held = landscape.account
    if held is not None and held.active:
        return (_draft(held),)
    customer = landscape.customer
    return (
        CustomerAccountDraft(
            customer_id=contract.customer_id,
            legal_entity=contract.legal_entity,
            name=customer.name if customer else contract.customer_id,
            currency=contract.currency,
            payment_terms_days=contract.payment_terms_days,
            tax_profile_id=_tax_profile(landscape),
        ),
    )


def _tax_profile(landscape: Landscape) -> str | None:
    """The valid profile of the legal entity's country, else the first valid one."""
    entity = landscape.legal_entity
    valid = sorted((p for p in landscape.tax_profiles if p.valid), key=lambda p: p.id)
    local = [p for p in valid if entity is not None and p.country == entity.country]
    return next((profile.id for profile in (*local, *valid)), None)


def _draft(held: erp.CustomerAccount) -> CustomerAccountDraft:
    return CustomerAccountDraft(
        customer_id=held.customer_id,
        legal_entity=held.legal_entity,
        name=held.name,
        currency=held.currency,
        payment_terms_days=held.payment_terms_days,
        tax_profile_id=held.tax_profile_id,
    )


async def _put(
    systems: Systems, draft: CustomerAccountDraft, *, key: str, expected_version: str | None
) -> erp.CustomerAccount:
    return await systems.erp.put_customer_account(draft, key=key, expected_version=expected_version)


async def _cancel(
    systems: Systems, draft: CustomerAccountDraft, key: str
) -> erp.CustomerAccount | None:
    return await systems.erp.cancel_customer_account(draft.customer_id, draft.legal_entity, key=key)


def _ids(record: Held) -> Mapping[str, str]:
    return {PendingId.ACCOUNT.value: record.id}


CUSTOMER_ACCOUNT = ObjectStep(
    name="customer-account",
    system=System.ERP,
    object_type="CustomerAccount",
    draft_type=CustomerAccountDraft,
    external_key=lambda draft: f"{draft.customer_id}/{draft.legal_entity}",
    wanted=_wanted,
    held=lambda landscape, _: landscape.account,
    put=_put,
    cancel=_cancel,
    ids=_ids,
)
