"""The writing half of the PSA port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from subgraphs.systems_of_record import drafts
from subgraphs.systems_of_record.connectors import kantata
from subgraphs.systems_of_record.connectors.kantata import CODEC, Kantata
from subgraphs.systems_of_record.errors import Refused
from subgraphs.systems_of_record.records import erp, psa

_LIVE = {"state": "ACTIVE"}


class KantataWrites:
    """What can be changed. Every method does as the port says."""

    _psa: Kantata

    async def put_delivery_project(
        self, draft: drafts.DeliveryProjectDraft, *, key: str, expected_version: str | None = None
    ) -> psa.DeliveryProject:
        """See the port."""
        reference = ("contract_id", draft.contract_id)
        return await self._psa.put(kantata.PROJECT, reference, draft, key, expected_version, {})

    async def put_capacity_plan(
        self, draft: drafts.CapacityPlanDraft, *, key: str, expected_version: str | None = None
    ) -> psa.CapacityPlan:
        """See the port."""
        reference = ("contract_id", draft.contract_id)
        return await self._psa.put(
            kantata.CAPACITY_PLAN, reference, draft, key, expected_version, _LIVE
        )

    async def publish_rate_card(
        self, draft: drafts.PublishedRateCardDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PublishedRateCard:
        """See the port."""
        reference = ("rate_card_id", draft.rate_card_id)
        return await self._psa.put(
            kantata.RATE_CARD, reference, draft, key, expected_version, _LIVE
        )

    async def cancel_delivery_project(
        self, contract_id: str, *, key: str
    ) -> psa.DeliveryProject | None:
        """See the port."""
        return await self._psa.cancel(kantata.PROJECT, "contract_id", contract_id, key)

    async def cancel_capacity_plan(self, contract_id: str, *, key: str) -> psa.CapacityPlan | None:
        """See the port."""
        return await self._psa.cancel(kantata.CAPACITY_PLAN, "contract_id", contract_id, key)

    async def withdraw_rate_card(
        self, rate_card_id: str, *, key: str
    ) -> erp.PublishedRateCard | None:
        """See the port."""
        return await self._psa.cancel(kantata.RATE_CARD, "rate_card_id", rate_card_id, key)

    async def create_assignment(self, draft: drafts.AssignmentDraft, *, key: str) -> psa.Assignment:
        """See the port."""
        return await self._psa.create(kantata.ASSIGNMENT, CODEC.encode(draft), key)

    async def submit_time(
        self, draft: drafts.TimesheetEntryDraft, *, key: str
    ) -> psa.TimesheetEntry:
        """See the port."""
        return await self._psa.create(kantata.TIME_ENTRY, CODEC.encode(draft), key)

    async def record_expense(self, draft: drafts.ExpenseDraft, *, key: str) -> psa.Expense:
        """See the port."""
        return await self._psa.create(kantata.EXPENSE, CODEC.encode(draft), key)

    async def approve_time(
        self, ids: Sequence[str], *, approved_by: str, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """See the port."""
        body = {"ids": list(ids), "approved_by": approved_by}
        return await self._psa.set_entries("approve", body, key)

    async def mark_time_invoiced(
        self, ids: Sequence[str], *, invoice_id: str, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """See the port."""
        body = {"ids": list(ids), "invoice_id": invoice_id}
        return await self._psa.set_entries("mark_invoiced", body, key)

    async def unmark_time_invoiced(
        self, invoice_id: str, *, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """See the port."""
        return await self._psa.set_entries("unmark_invoiced", {"invoice_id": invoice_id}, key)

    async def decide_acceptance(
        self,
        milestone_id: str,
        *,
        contract_id: str,
        state: psa.AcceptanceState,
        decided_by: str,
        decided_on: date,
        evidence: str,
        key: str,
        expected_version: str | None = None,
    ) -> psa.MilestoneAcceptance:
        """See the port."""
        decided = state in (psa.AcceptanceState.ACCEPTED, psa.AcceptanceState.REJECTED)
        body: dict[str, Any] = {
            "milestone_id": milestone_id,
            "contract_id": contract_id,
            "state": state.value,
            "decided_by": decided_by if decided else None,
            "decided_on": decided_on.isoformat() if decided else None,
            "evidence": evidence if decided else None,
        }
        found = await self._psa.find(kantata.ACCEPTANCE, "milestone_id", milestone_id)
        if found is None:
            try:
                return await self._psa.create(kantata.ACCEPTANCE, body, f"{key}:new")
            except Refused as refusal:
                if refusal.code != "taken":
                    raise
            found = await self._psa.find(kantata.ACCEPTANCE, "milestone_id", milestone_id)
        if found is None:
            raise Refused(
                kantata.DIALECT.system, "decide acceptance", "the milestone vanished", "vanished"
            )
        return await self._psa.change(kantata.ACCEPTANCE, found.id, body, key, expected_version)
