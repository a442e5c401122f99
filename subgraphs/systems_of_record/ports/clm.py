"""What the domains need from contract lifecycle management."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.ports.feed import ChangeFeed
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.records.common import Page, PageRequest


class Clm(ChangeFeed, Protocol):
    """Contract lifecycle management."""

    async def contracts(self, ids: Sequence[str]) -> Mapping[str, clm.Contract]: ...
    async def contracts_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]: ...
    async def contracts_by_master(
        self, master_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]: ...
    async def list_contracts(
        self, where: filters.ContractFilter, page: PageRequest
    ) -> Page[clm.Contract]: ...

    async def amendments(self, ids: Sequence[str]) -> Mapping[str, clm.Amendment]: ...
    async def amendments_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Amendment, ...]]: ...
    async def list_amendments(
        self, where: filters.AmendmentFilter, page: PageRequest
    ) -> Page[clm.Amendment]: ...

    async def rate_cards(self, ids: Sequence[str]) -> Mapping[str, clm.RateCard]: ...
    async def rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.RateCard, ...]]: ...
    async def milestones(self, ids: Sequence[str]) -> Mapping[str, clm.Milestone]: ...
    async def milestones_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Milestone, ...]]: ...

    async def mark_provisioned(
        self, contract_id: str, *, contract_version: int, run_id: str, project_id: str, key: str
    ) -> clm.Contract:
        """APPROVED → ACTIVE, if the business version still is `contract_version`.

        Raises `Conflict` with the current business version, `Refused` in any other state
        (unless this run has already done it).
        """
        ...

    async def unmark_provisioned(self, contract_id: str, *, run_id: str, key: str) -> clm.Contract:
        """Compensation: back to APPROVED, if `run_id` provisioned it; else no change."""
        ...

    async def execute_amendment(
        self, amendment_id: str, *, base_version: int, run_id: str, key: str
    ) -> clm.Amendment:
        """Apply an APPROVED amendment's deltas to its contract, atomically.

        The contract's business version rises by one; its value, end date, milestones and rate
        cards follow the deltas. Raises `Conflict` with the contract's current business version
        if that is not `base_version`, `Refused` if the amendment is not APPROVED (unless this
        run has already executed it).
        """
        ...

    async def revert_amendment(self, amendment_id: str, *, run_id: str, key: str) -> clm.Amendment:
        """Compensation: undo what `run_id` executed, restoring the contract as it was.

        `Refused` if a later version of the contract exists.
        """
        ...

    async def set_amendment_state(
        self,
        amendment_id: str,
        state: clm.AmendmentState,
        *,
        actor: str,
        key: str,
        expected_version: str | None = None,
    ) -> clm.Amendment:
        """Move an amendment through review: DRAFT, IN_REVIEW, APPROVED, REJECTED, CANCELLED."""
        ...

    async def renew_contract(self, draft: drafts.RenewalDraft, *, key: str) -> clm.Contract:
        """Create the APPROVED successor of an ACTIVE or EXPIRED contract.

        It gets copies of the approved rate cards, and of the milestones that the new terms name
        (by their present ids), moved by as much as the start moves. Raises `Conflict` with the
        business version if that is not `base_version`.
        """
        ...
