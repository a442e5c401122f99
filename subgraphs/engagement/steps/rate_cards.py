"""The approved rate cards, published to whoever prices with them.

One kind of object in two systems, hence two steps made by one function. The published copy is
stamped with the version token of the card that it was copied from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import PlanCase
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import PublishedRateCardDraft
from subgraphs.systems_of_record.ports import Erp, Psa, Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import System


def card_version(card_id: str) -> str:
    """The place-holder for the token that a card has once the amendment is executed."""
    return f"@rate_card_version:{card_id}"


def _wanted(case: PlanCase) -> tuple[PublishedRateCardDraft, ...]:
    return tuple(
        PublishedRateCardDraft(
            contract_id=case.after.contract.id,
            rate_card_id=card.id,
            rate_card_version=card.source.version
            if case.amendment is None
            else card_version(card.id),
            region=card.region,
            currency=card.currency,
            effective_from=card.effective_from,
            effective_to=card.effective_to,
            rates=tuple(
                erp.PublishedRate(rate.role, rate.rate)
                for rate in sorted(card.rates, key=lambda rate: rate.role)
            ),
        )
        for card in case.after.approved_cards
    )


def _merge(
    held: PublishedRateCardDraft,
    before: PublishedRateCardDraft,
    after: PublishedRateCardDraft,
    record: Any,
) -> PublishedRateCardDraft:
    """A published card is a copy: all of it follows the card."""
    return after


def _draft(record: erp.PublishedRateCard) -> PublishedRateCardDraft:
    return PublishedRateCardDraft(
        contract_id=record.contract_id,
        rate_card_id=record.rate_card_id,
        rate_card_version=record.rate_card_version,
        region=record.region,
        currency=record.currency,
        effective_from=record.effective_from,
        effective_to=record.effective_to,
        rates=tuple(sorted(record.rates, key=lambda rate: rate.role)),
    )


def _publishing(system: System, port: str, copies: str) -> ObjectStep[PublishedRateCardDraft]:
    def receiver(systems: Systems) -> Erp | Psa:
        chosen: Erp | Psa = getattr(systems, port)
        return chosen

    def held(landscape: Landscape, key: str) -> erp.PublishedRateCard | None:
        cards: Mapping[str, erp.PublishedRateCard] = getattr(landscape, copies)
        return cards.get(key)

    async def put(
        systems: Systems,
        draft: PublishedRateCardDraft,
        *,
        key: str,
        expected_version: str | None,
    ) -> erp.PublishedRateCard:
        return await receiver(systems).publish_rate_card(
            draft, key=key, expected_version=expected_version
        )

    async def cancel(
        systems: Systems, draft: PublishedRateCardDraft, key: str
    ) -> erp.PublishedRateCard | None:
        return await receiver(systems).withdraw_rate_card(draft.rate_card_id, key=key)

    return ObjectStep(
        name=f"rate-cards-{port}",
        system=system,
        object_type="PublishedRateCard",
        draft_type=PublishedRateCardDraft,
        external_key=lambda draft: draft.rate_card_id,
        wanted=_wanted,
        held=held,
        put=put,
        cancel=cancel,
        merge=_merge,
        draft_of=_draft,
    )


RATE_CARDS_ERP = _publishing(System.ERP, "erp", "erp_rate_cards")
RATE_CARDS_PSA = _publishing(System.PSA, "psa", "psa_rate_cards")
