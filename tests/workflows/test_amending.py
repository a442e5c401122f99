"""From an approved amendment to systems that all follow it, and to nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from auth.caller import CallerKind
from subgraphs.engagement.commands import refusals
from subgraphs.engagement.commands.approve import approve_run, reject_run
from subgraphs.engagement.commands.preview import preview_run
from subgraphs.engagement.reconciliation import drifts
from subgraphs.engagement.runs.plans import load_plan
from subgraphs.engagement.runs.run import RunKind, RunState
from subgraphs.engagement.workflows.apply_amendment import APPLY_AMENDMENT
from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.crm import CreditStatus
from tests.workflows.office import (
    EXECUTIVE,
    FINANCE,
    LEAD,
    OPERATIONS,
    Office,
    touched,
)

AMEND = RunKind.APPLY_AMENDMENT
# By kind: an amendment of the sandbox's firm, and the kinds of objects that it concerns.
SMALL = {
    "value of time and materials": (
        "AMD-000001",
        {"Projects", "BillingRules", "BillingSchedules", "RevenueSchedules"},
    ),
    "value of a fixed fee": (
        "AMD-000037",
        {"Projects", "BillingRules", "BillingSchedules", "RevenueSchedules"},
    ),
    "term": (
        "AMD-000005",
        {"Projects", "BillingSchedules", "RevenueSchedules", "PublishedRateCards"},
    ),
    "rate": ("AMD-000008", {"PublishedRateCards", "Projects"}),
}
LARGE, VERY_LARGE, MILESTONES, SCOPE = "AMD-000003", "AMD-000039", "AMD-000116", "AMD-000044"
STALE = "AMD-000012"


async def approved(office: Office, amendment_id: str):
    run = await office.amend(amendment_id)
    if run.state is RunState.WAITING:
        run = await approve_run(office.desk, FINANCE, run.id, "fine")
    return await office.settled(run)


@pytest.mark.parametrize("name", SMALL)
async def test_an_amendment_touches_what_it_changes_and_nothing_else(office: Office, name: str):
    amendment_id, expected = SMALL[name]
    before = office.snapshot()
    preview = await preview_run(office.desk, LEAD, AMEND, amendment_id, None)
    run = await office.settled(await office.amend(amendment_id))
    assert run.state is RunState.SUCCEEDED
    assert load_plan(run.plan, APPLY_AMENDMENT) == preview.writes

    after = office.snapshot()
    erp = {kind for system, kind in touched(before, after) if system == "erp"}
    assert erp == expected
    changed = {key for key, version in after.items() if before.get(key) != version}
    receipts = {r.object_id for s in run.steps for r in s.receipts}
    assert {id for system, _, id in changed if system in ("erp", "psa")} <= receipts
    contract = await office.contract(run.contract_id)
    assert contract.version == run.contract_version + 1
    assert (await office.amendment(amendment_id)).executed_by_run == run.id
    assert await drifts(office.desk, contract) == ()


@pytest.mark.parametrize("amendment_id", [LARGE, MILESTONES, SCOPE])
async def test_schedules_follow_the_value_and_keep_what_is_settled(office: Office, amendment_id):
    contract_id = (await office.amendment(amendment_id)).contract_id
    erp, key = office.systems.erp, [contract_id]
    billing = (await erp.billing_schedules_by_contract(key))[contract_id]
    revenue = (await erp.revenue_schedules_by_contract(key))[contract_id]
    assert (await approved(office, amendment_id)).state is RunState.SUCCEEDED

    contract = await office.contract(contract_id)
    new_billing = (await erp.billing_schedules_by_contract(key))[contract_id]
    new_revenue = (await erp.revenue_schedules_by_contract(key))[contract_id]
    for schedule in (new_billing, new_revenue):
        assert schedule.total == contract.total_value
        assert Money.total((line.amount for line in schedule.lines), contract.currency) == (
            contract.total_value
        )
        assert schedule.contract_version == contract.version
    invoiced = [line for line in billing.lines if line.state in ("INVOICED", "READY")]
    assert invoiced
    assert all(line in new_billing.lines for line in invoiced)
    recognised = [line for line in revenue.lines if line.recognised]
    assert recognised
    assert all(line in new_revenue.lines for line in recognised)
    assert await drifts(office.desk, contract) == ()


@pytest.mark.parametrize("amendment_id", ["AMD-000001", "AMD-000005", SCOPE])
async def test_capacity_of_months_before_it_takes_effect_stays(office: Office, amendment_id: str):
    amendment = await office.amendment(amendment_id)

    async def hours() -> dict[tuple[str, date], Decimal]:
        plans = await office.systems.psa.capacity_plans_by_contract([amendment.contract_id])
        return {(line.role, line.month): line.hours for line in plans[amendment.contract_id].lines}

    since = amendment.effective_date.replace(day=1)
    before = await hours()
    assert any(month < since for _, month in before)
    assert (await approved(office, amendment_id)).state is RunState.SUCCEEDED
    after = await hours()
    changed = {slot for slot in before | after if before.get(slot) != after.get(slot)}
    assert changed
    assert all(month >= since for _, month in changed)


async def test_milestones_are_moved_and_added(office: Office):
    run = await approved(office, MILESTONES)
    amendment = await office.amendment(MILESTONES)
    found = await office.systems.erp.billing_milestones_by_contract([run.contract_id])
    by_id = {milestone.milestone_id: milestone for milestone in found[run.contract_id]}
    for delta in amendment.deltas:
        if hasattr(delta, "milestone_id"):
            assert by_id[delta.milestone_id].due_date == delta.due_date
            if delta.amount is not None:
                assert by_id[delta.milestone_id].amount == delta.amount


async def test_a_stale_base_version_is_refused_with_the_current_one(office: Office):
    before = office.snapshot()
    with pytest.raises(refusals.StaleVersion) as caught:
        await office.amend(STALE)
    current = (await office.contract((await office.amendment(STALE)).contract_id)).version
    assert caught.value.current == current
    with pytest.raises(refusals.StaleVersion):
        await office.amend(STALE, base=current)
    assert office.snapshot() == before


async def test_another_amendment_of_the_same_base_comes_too_late(office: Office):
    waiting = await office.amend(LARGE)
    assert waiting.state is RunState.WAITING
    contract = await office.contract(waiting.contract_id)
    amendment = await office.amendment(LARGE)
    await office.systems.clm.execute_amendment(
        LARGE, base_version=amendment.base_version, run_id="somebody else", key="elsewhere"
    )
    before = office.snapshot()
    await approve_run(office.desk, FINANCE, waiting.id, "")
    run = await office.settled(waiting)
    assert run.state is RunState.EXCEPTION
    assert run.failure is not None
    assert run.failure.code == "STALE_VERSION"
    assert json.loads(run.failure.detail)["current"] == contract.version + 1
    assert office.snapshot() == before


class TestApproval:
    async def test_a_large_addition_waits_for_finance(self, office: Office):
        before = office.snapshot()
        run = await office.amend(LARGE)
        assert run.state is RunState.WAITING
        assert run.awaited_roles == ("finance_approver",)
        assert office.snapshot() == before
        run = await office.settled(await approve_run(office.desk, FINANCE, run.id, "go on"))
        assert run.state is RunState.SUCCEEDED
        [approval] = run.approvals
        assert (approval.subject, approval.role) == ("fritz", "finance_approver")
        verdicts = [json.loads(d.content)["verdict"] for d in run.decisions]
        assert verdicts == ["NEEDS_APPROVAL", "ALLOW", "ALLOW"]

    async def test_a_very_large_one_waits_for_an_executive_as_well(self, office: Office):
        run = await office.amend(VERY_LARGE)
        assert run.awaited_roles == ("executive", "finance_approver")
        run = await approve_run(office.desk, FINANCE, run.id, "")
        assert (run.state, run.awaited_roles) == (RunState.WAITING, ("executive",))
        run = await office.settled(await approve_run(office.desk, EXECUTIVE, run.id, ""))
        assert run.state is RunState.SUCCEEDED

    async def test_one_person_with_both_roles_is_one_pair_of_eyes(self, office: Office):
        both = replace(FINANCE, roles=FINANCE.roles | EXECUTIVE.roles)
        run = await approve_run(office.desk, both, (await office.amend(VERY_LARGE)).id, "")
        assert run.state is RunState.WAITING
        with pytest.raises(refusals.PolicyDenied) as caught:
            await approve_run(office.desk, both, run.id, "")
        assert _codes(caught.value) == ["ALREADY_APPROVED"]

    @pytest.mark.parametrize(
        ("approver", "code"),
        [
            (replace(FINANCE, subject="lena"), "APPROVER_IS_REQUESTER"),
            ("author", "APPROVER_IS_AUTHOR"),
            (EXECUTIVE, "ROLE_MISSING"),
            (OPERATIONS, "ROLE_MISSING"),
            (replace(FINANCE, kind=CallerKind.AGENT), "ROLE_MISSING"),
            (replace(FINANCE, all_regions=False), "REGION_OUT_OF_SCOPE"),
            (replace(FINANCE, all_legal_entities=False), "LEGAL_ENTITY_OUT_OF_SCOPE"),
        ],
    )
    async def test_whoever_may_not_approve_is_denied(self, office: Office, approver, code):
        run = await office.amend(LARGE)
        if approver == "author":
            approver = replace(FINANCE, subject=(await office.amendment(LARGE)).author)
        with pytest.raises(refusals.PolicyDenied) as caught:
            await approve_run(office.desk, approver, run.id, "")
        assert _codes(caught.value) == [code]
        assert office.desk.get(run.id).state is RunState.WAITING
        assert office.desk.get(run.id).approvals == ()

    async def test_an_approval_bypasses_no_rule(self, office: Office):
        run = await office.amend(LARGE)
        customer = (await office.contract(run.contract_id)).customer_id
        await office.systems.crm.set_credit_status(customer, CreditStatus.ON_HOLD, key="hold")
        with pytest.raises(refusals.PolicyDenied) as caught:
            await approve_run(office.desk, FINANCE, run.id, "")
        assert _codes(caught.value) == ["CREDIT_HOLD"]
        assert office.desk.get(run.id).state is RunState.WAITING

    async def test_a_rejected_run_is_over(self, office: Office):
        before = office.snapshot()
        run = await reject_run(office.desk, FINANCE, (await office.amend(LARGE)).id, "too much")
        assert run.state is RunState.REJECTED
        assert run.approvals[0].comment == "too much"
        with pytest.raises(refusals.NotApplicable):
            await approve_run(office.desk, FINANCE, run.id, "")
        assert office.snapshot() == before
        assert office.verified().sound


def _codes(denied: refusals.PolicyDenied) -> list[str]:
    return [reason["code"] for reason in denied.decision["reasons"]]
