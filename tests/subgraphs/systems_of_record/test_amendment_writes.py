"""Amendments in the contract system: executed against their base, and undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.amending import InapplicableAmendmentError, amended
from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.errors import Conflict, Refused
from subgraphs.systems_of_record.records import clm
from subgraphs.systems_of_record.records.common import EngagementType, Money, PageRequest
from tests.kit.sandbox import RunningSandbox, systems

FIRST = PageRequest(first=200)


async def approved(
    connected: ConnectedSystems, *, stale: bool = False
) -> dict[clm.AmendmentKind, tuple[clm.Amendment, clm.Contract]]:
    """An approved amendment of each kind whose base is (or is not) the present version."""
    where = filters.AmendmentFilter(states=(clm.AmendmentState.APPROVED,))
    found = (await connected.clm.list_amendments(where, FIRST)).items
    contracts = await connected.clm.contracts([a.contract_id for a in found])
    return {
        amendment.kind: (amendment, contracts[amendment.contract_id])
        for amendment in found
        if (amendment.base_version != contracts[amendment.contract_id].version) is stale
    }


async def test_execution_does_what_the_preview_says_and_can_be_undone(
    sandbox: RunningSandbox,
) -> None:
    async with systems(sandbox) as connected:
        found = await approved(connected)
        assert set(found) == set(clm.AmendmentKind)
        for kind, (amendment, contract) in found.items():
            id = contract.id
            milestones = (await connected.clm.milestones_by_contract([id]))[id]
            cards = (await connected.clm.rate_cards_by_contract([id]))[id]
            expected = amended(contract, milestones, cards, amendment)

            done = await connected.clm.execute_amendment(
                amendment.id, base_version=contract.version, run_id="run-1", key=f"x-{kind}"
            )
            assert done.state is clm.AmendmentState.EXECUTED
            assert done.resulting_version == contract.version + 1
            after = (await connected.clm.contracts([id]))[id]
            assert replace(after, source=contract.source) == expected.contract
            now = (await connected.clm.milestones_by_contract([id]))[id]
            assert [replace(m, source=contract.source) for m in now] == [
                replace(m, source=contract.source) for m in expected.milestones
            ]
            now_cards = (await connected.clm.rate_cards_by_contract([id]))[id]
            assert [card.rates for card in now_cards] == [c.rates for c in expected.rate_cards]

            reverted = await connected.clm.revert_amendment(
                amendment.id, run_id="run-1", key=f"u-{kind}"
            )
            assert reverted.state is clm.AmendmentState.APPROVED
            restored = (await connected.clm.contracts([id]))[id]
            assert replace(restored, source=contract.source) == contract
            left = (await connected.clm.milestones_by_contract([id]))[id]
            kept = [replace(m, source=contract.source) for m in left if not m.removed]
            assert kept == [replace(m, source=contract.source) for m in milestones]


async def test_what_was_undone_can_be_done_again(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        amendment, contract = (await approved(connected))[clm.AmendmentKind.MILESTONE]
        added = next(
            delta.milestone_id
            for delta in amendment.deltas
            if isinstance(delta, clm.MilestoneDelta) and delta.action is clm.DeltaAction.ADD
        )
        execute, base = connected.clm.execute_amendment, contract.version
        await execute(amendment.id, base_version=base, run_id="run-1", key="k1")
        await connected.clm.revert_amendment(amendment.id, run_id="run-1", key="k2")
        assert (await connected.clm.milestones([added]))[added].removed
        await execute(amendment.id, base_version=base, run_id="run-2", key="k3")
        assert not (await connected.clm.milestones([added]))[added].removed


async def test_a_stale_base_is_a_conflict_that_names_the_present_version(
    sandbox: RunningSandbox,
) -> None:
    async with systems(sandbox) as connected:
        amendment, contract = (await approved(connected, stale=True))[clm.AmendmentKind.VALUE]
        for base in (amendment.base_version, contract.version):
            with pytest.raises(Conflict) as caught:
                await connected.clm.execute_amendment(
                    amendment.id, base_version=base, run_id="run-1", key=f"stale-{base}"
                )
            assert caught.value.current_version == str(contract.version)


async def test_execution_happens_once_and_for_its_run_only(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        amendment, contract = (await approved(connected))[clm.AmendmentKind.VALUE]
        execute, revert = connected.clm.execute_amendment, connected.clm.revert_amendment
        base = contract.version
        await execute(amendment.id, base_version=base, run_id="run-1", key="k1")
        again = await execute(amendment.id, base_version=base, run_id="run-1", key="k2")
        assert again.resulting_version == base + 1
        assert (await connected.clm.contracts([contract.id]))[contract.id].version == base + 1
        with pytest.raises(Refused):
            await execute(amendment.id, base_version=base, run_id="run-2", key="k3")
        kept = await revert(amendment.id, run_id="run-2", key="k4")
        assert kept.state is clm.AmendmentState.EXECUTED


async def test_what_a_later_version_stands_on_is_not_undone(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        amendment, contract = (await approved(connected))[clm.AmendmentKind.TERM]
        execute = connected.clm.execute_amendment
        await execute(amendment.id, base_version=contract.version, run_id="run-1", key="k1")
        # Another amendment of the contract is drafted on the new version and executed.
        store = sandbox.sandbox.stores[amendment.source.system]
        document = store.get("amendment", amendment.id)
        assert document is not None
        follower = {
            **document.doc,
            "state": "APPROVED",
            "baseVersion": contract.version + 1,
            "deltas": [],
            "executedByRun": None,
            "resultingVersion": None,
        }
        store.insert("amendment", follower, "AMD-900000")
        await execute("AMD-900000", base_version=contract.version + 1, run_id="run-2", key="k2")
        with pytest.raises(Refused) as caught:
            await connected.clm.revert_amendment(amendment.id, run_id="run-1", key="k3")
        assert caught.value.code == "LATER_VERSION"


async def test_review_follows_its_ways(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        where = filters.AmendmentFilter(states=(clm.AmendmentState.DRAFT,))
        draft = (await connected.clm.list_amendments(where, FIRST)).items[0]
        move = connected.clm.set_amendment_state
        with pytest.raises(Refused) as caught:
            await move(draft.id, clm.AmendmentState.APPROVED, actor="a", key="r1")
        assert caught.value.code == "NO_SUCH_TRANSITION"
        await move(draft.id, clm.AmendmentState.IN_REVIEW, actor="a", key="r2")
        done = await move(draft.id, clm.AmendmentState.APPROVED, actor="b", key="r3")
        assert done.state is clm.AmendmentState.APPROVED
        with pytest.raises(Refused):
            await move(draft.id, clm.AmendmentState.EXECUTED, actor="b", key="r4")
        events = (await connected.clm.changes(None, limit=500)).events
        assert ("amendment.approved", draft.id) in {(e.type, e.subject) for e in events}


async def test_a_renewal_is_a_contract_of_its_own(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        old = (await connected.clm.contracts(["CTR-000053"]))["CTR-000053"]
        assert old.billing_terms is not None
        renewal = drafts.RenewalDraft(
            contract_id=old.id,
            base_version=old.version,
            title="Once more",
            start_date=old.end_date + timedelta(days=1),
            end_date=old.end_date + timedelta(days=365),
            total_value=old.total_value,
            billing_terms=old.billing_terms,
            author="user-author",
            approved_by="user-approver",
        )
        new = await connected.clm.renew_contract(renewal, key="renewal")
        again = await connected.clm.renew_contract(renewal, key="renewal")
        assert replace(again, source=new.source) == new
        assert (new.state, new.version) == (clm.ContractState.APPROVED, 1)
        assert new.renews_contract_id == old.id
        assert new.project_id is None
        cards = (await connected.clm.rate_cards_by_contract([new.id]))[new.id]
        current = (await connected.clm.contracts([new.id]))[new.id]
        assert isinstance(current.billing_terms, clm.TimeAndMaterialsTerms)
        assert [card.id for card in cards] == [current.billing_terms.rate_card_id]
        assert cards[0].effective_from == new.start_date
        with pytest.raises(Conflict):
            await connected.clm.renew_contract(replace(renewal, base_version=9), key="other")


async def test_a_renewal_has_milestones_of_its_own(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        where = filters.ContractFilter(
            engagement_types=(EngagementType.MILESTONE,), states=(clm.ContractState.ACTIVE,)
        )
        old = (await connected.clm.list_contracts(where, FIRST)).items[0]
        assert isinstance(old.billing_terms, clm.MilestoneTerms)
        later = timedelta(days=400)
        renewal = drafts.RenewalDraft(
            contract_id=old.id,
            base_version=old.version,
            title="Once more",
            start_date=old.start_date + later,
            end_date=old.end_date + later,
            total_value=old.total_value,
            billing_terms=old.billing_terms,
            author="user-author",
            approved_by="user-approver",
        )
        new = await connected.clm.renew_contract(renewal, key="renewal")
        both = await connected.clm.milestones_by_contract([old.id, new.id])
        foreign = replace(
            renewal,
            billing_terms=clm.MilestoneTerms((clm.MilestoneTrigger("MIL-none", old.total_value),)),
        )
        with pytest.raises(Refused):
            await connected.clm.renew_contract(foreign, key="foreign")
    assert isinstance(new.billing_terms, clm.MilestoneTerms)
    assert {t.milestone_id for t in new.billing_terms.triggers} == {m.id for m in both[new.id]}
    assert [m.due_date for m in both[new.id]] == [m.due_date + later for m in both[old.id]]
    assert [m.amount for m in both[new.id]] == [m.amount for m in both[old.id]]


async def test_deltas_that_do_not_fit_are_refused(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        found = await approved(connected)
        amendment, contract = found[clm.AmendmentKind.MILESTONE]
        milestones = (await connected.clm.milestones_by_contract([contract.id]))[contract.id]
        cards = (await connected.clm.rate_cards_by_contract([contract.id]))[contract.id]
    currency = contract.currency
    change, add, remove = clm.DeltaAction.CHANGE, clm.DeltaAction.ADD, clm.DeltaAction.REMOVE
    day = contract.start_date
    bad: list[clm.Delta] = [
        clm.ValueDelta(-(contract.total_value * 2)),
        clm.TermDelta(contract.start_date - timedelta(days=1)),
        clm.MilestoneDelta(change, "MIL-none", amount=Money.of(1, currency)),
        clm.MilestoneDelta(remove, "MIL-none"),
        clm.MilestoneDelta(add, milestones[0].id, "Again", Money.of(1, currency), day),
        clm.MilestoneDelta(add, "MIL-new"),
        clm.RateDelta(change, "RAT-none", "Consultant", Money.of(1, currency), day),
        clm.RateDelta(change, cards[0].id, "Nobody", Money.of(1, currency), day),
        clm.RateDelta(add, cards[0].id, "Consultant", Money.of(1, currency), day),
        clm.RateDelta(change, cards[0].id, "Consultant", None, day),
    ]
    for delta in bad:
        with pytest.raises(InapplicableAmendmentError):
            amended(contract, milestones, cards, replace(amendment, deltas=(delta,)))


async def test_less_fee_is_taken_from_the_last_instalments(sandbox: RunningSandbox) -> None:
    async with systems(sandbox) as connected:
        where = filters.ContractFilter(engagement_types=(EngagementType.FIXED_FEE,))
        contract = (await connected.clm.list_contracts(where, FIRST)).items[0]
        amendment = (await approved(connected))[clm.AmendmentKind.VALUE][0]
    terms = contract.billing_terms
    assert isinstance(terms, clm.FixedFeeTerms)
    last = terms.instalments[-1].amount
    less = replace(amendment, deltas=(clm.ValueDelta(-(last + Money.of("0.50", last.currency))),))
    after = amended(contract, (), (), less).contract.billing_terms
    assert isinstance(after, clm.FixedFeeTerms)
    assert len(after.instalments) == len(terms.instalments) - 1
    amounts = [instalment.amount for instalment in after.instalments]
    assert Money.total(amounts, last.currency) == after.fee
    assert after.instalments[-1].amount.amount == terms.instalments[-2].amount.amount - Decimal(
        "0.50"
    )
