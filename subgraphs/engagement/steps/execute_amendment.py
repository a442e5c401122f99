"""The amendment is applied to the contract in the CLM, which owns both."""

from __future__ import annotations

from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.changes import FieldChange, field_changes
from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import Operation, PlanCase, Write
from subgraphs.engagement.steps.rate_cards import card_version
from subgraphs.engagement.steps.step import Receipt, Work
from subgraphs.systems_of_record.records.common import System


class ExecuteAmendment:
    """First of all: the CLM checks the base version and applies the deltas atomically, so that a
    run that came too late has changed nothing anywhere."""

    name = "execute-amendment"
    system = System.CLM
    draft_type = None

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """See `Step.plan`."""
        if case.amendment is None or case.before is None:
            return ()
        base = str(case.before.contract.version)
        changes = _changes(case.before, case.after)
        return (
            Write(
                self.name,
                "Contract",
                case.amendment.id,
                Operation.UPDATE,
                None,
                None,
                base,
                changes,
            ),
        )

    def rebase(self, write: Write, landscape: Landscape) -> Write | None:
        """See `Step.rebase`: never."""
        return None

    async def do(self, work: Work, write: Write, key: str) -> Receipt:
        """See `Step.do`. The new tokens of the rate cards are needed to publish them."""
        clm = work.systems.clm
        amendment = await clm.execute_amendment(
            write.external_key, base_version=int(write.version or 0), run_id=work.run_id, key=key
        )
        contract = amendment.contract_id
        cards = (await clm.rate_cards_by_contract([contract]))[contract]
        ids = {card_version(card.id): card.source.version for card in cards}
        return Receipt(amendment.id, amendment.source.version, ids)

    async def undo(self, work: Work, write: Write, receipt: Receipt, key: str) -> None:
        """See `Step.undo`. `Refused` once a later version of the contract exists."""
        await work.systems.clm.revert_amendment(write.external_key, run_id=work.run_id, key=key)


def _changes(before: Basis, after: Basis) -> tuple[FieldChange, ...]:
    parts = field_changes(before.contract, after.contract)
    for old, new in (
        (before.live_milestones, after.live_milestones),
        (before.approved_cards, after.approved_cards),
    ):
        held = {item.id: item for item in old}
        wanted = {item.id: item for item in new}
        for key in dict.fromkeys((*held, *wanted)):
            parts += tuple(
                FieldChange(f"{key}.{change.path}", change.old, change.new)
                for change in field_changes(held.get(key), wanted.get(key))
            )
    return tuple(c for c in parts if ".source." not in c.path and not c.path.startswith("source"))


EXECUTE_AMENDMENT = ExecuteAmendment()
