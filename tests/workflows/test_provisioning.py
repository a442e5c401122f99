"""From an approved contract to a billable project."""

from __future__ import annotations

import asyncio
import json

import pytest

from subgraphs.engagement.commands import refusals
from subgraphs.engagement.commands.preview import preview_run
from subgraphs.engagement.model.plan import Operation
from subgraphs.engagement.reconciliation import drifts
from subgraphs.engagement.runs.plans import load_plan
from subgraphs.engagement.runs.run import RunKind, RunState, StepState
from subgraphs.engagement.workflows.provision_engagement import PROVISION_ENGAGEMENT
from subgraphs.systems_of_record.records.clm import ContractState
from tests.workflows.office import LEAD, OPERATIONS, OUTSIDER, READY, SERVICE, Office, created

PROVISION = RunKind.PROVISION_ENGAGEMENT


@pytest.mark.parametrize("kind", READY)
async def test_every_engagement_type_becomes_billable_by_the_same_steps(office: Office, kind: str):
    contract_id = READY[kind]
    before = office.snapshot()
    run = await office.settled(await office.provision(contract_id))
    assert run.state is RunState.SUCCEEDED
    assert {step.state for step in run.steps} == {StepState.DONE}
    assert [step.name for step in run.steps[1:]] == [s.name for s in PROVISION_ENGAGEMENT.steps]

    new = created(before, office.snapshot())
    contract = await office.contract(contract_id)
    milestones = await office.systems.erp.billing_milestones_by_contract([contract_id])
    for one in ("Projects", "BillingRules", "BillingSchedules", "RevenueSchedules"):
        assert new["erp", one] == 1
    assert new.get(("erp", "BillingMilestones"), 0) == len(milestones[contract_id])
    assert (len(milestones[contract_id]) > 0) is (kind == "MILESTONE")
    assert new.get(("erp", "PurchaseOrders"), 0) == len(contract.subcontract_rules)

    assert contract.state is ContractState.ACTIVE
    assert contract.provisioned_by_run == run.id
    schedule = (await office.systems.erp.billing_schedules_by_contract([contract_id]))[contract_id]
    revenue = (await office.systems.erp.revenue_schedules_by_contract([contract_id]))[contract_id]
    assert schedule.total == revenue.total == contract.total_value
    assert await drifts(office.desk, contract) == ()
    assert office.verified().sound


async def test_a_preview_shows_exactly_what_the_run_then_writes(office: Office):
    contract_id = READY["MILESTONE"]
    before = office.snapshot()
    preview = await preview_run(office.desk, LEAD, PROVISION, contract_id, 1)
    assert office.snapshot() == before
    run = await office.settled(await office.provision(contract_id))
    written = [w for w in load_plan(run.plan, PROVISION_ENGAGEMENT) if w.operation != "MATCH"]
    assert preview.writes == tuple(written)
    receipts = {(s.name, r.external_key) for s in run.steps for r in s.receipts}
    assert receipts == {(w.step, w.external_key) for w in written}


async def test_the_same_key_gives_the_same_run(office: Office):
    first = await office.settled(await office.provision(READY["RETAINER"]))
    before = office.snapshot()
    again = await office.provision(READY["RETAINER"])
    assert again.id == first.id
    assert office.snapshot() == before


async def test_concurrent_requests_under_one_key_are_one_run(office: Office):
    before = office.snapshot()
    runs = await asyncio.gather(*(office.provision(READY["FIXED_FEE"]) for _ in range(6)))
    assert len({run.id for run in runs}) == 1
    assert (await office.settled(runs[0])).state is RunState.SUCCEEDED
    assert created(before, office.snapshot())["erp", "Projects"] == 1


async def test_concurrent_requests_under_several_keys_are_one_run_and_refusals(office: Office):
    asked = [office.provision(READY["FIXED_FEE"], key=f"key {n}") for n in range(4)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    runs = [each for each in answers if not isinstance(each, Exception)]
    assert len(runs) == 1
    refused = [each for each in answers if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {refusals.RunUnderWay}
    assert {each.run_id for each in refused} == {runs[0].id}
    await office.settled(runs[0])


async def test_a_key_for_another_request_is_refused(office: Office):
    await office.settled(await office.provision(READY["RETAINER"], key="one"))
    with pytest.raises(refusals.KeyReused):
        await office.provision(READY["FIXED_FEE"], key="one")


async def test_two_callers_may_use_the_same_key(office: Office):
    one = await office.settled(await office.provision(READY["RETAINER"], key="one"))
    other = await office.provision(READY["FIXED_FEE"], key="one", caller=SERVICE)
    assert one.id != other.id


async def test_a_stale_version_is_refused_with_the_current_one(office: Office):
    before = office.snapshot()
    with pytest.raises(refusals.StaleVersion) as caught:
        await office.provision(READY["RETAINER"], version=7)
    assert (caught.value.asked, caught.value.current) == (7, 1)
    assert office.snapshot() == before


@pytest.mark.parametrize(
    ("contract_id", "code"),
    [("CTR-000047", "CREDIT_HOLD"), ("CTR-000050", "VENDOR_NOT_APPROVED")],
)
async def test_policy_denies_before_anything_is_written(office: Office, contract_id, code):
    before = office.snapshot()
    with pytest.raises(refusals.PolicyDenied) as caught:
        await office.provision(contract_id)
    assert code in [reason["code"] for reason in caught.value.decision["reasons"]]
    assert office.snapshot() == before
    assert office.audited(contract_id) == ["decision"]


@pytest.mark.parametrize(
    ("caller", "code"), [(OUTSIDER, "REGION_OUT_OF_SCOPE"), (OPERATIONS, "ROLE_MISSING")]
)
async def test_callers_without_the_right_are_denied(office: Office, caller, code):
    with pytest.raises(refusals.PolicyDenied) as caught:
        await office.provision(READY["RETAINER"], caller=caller)
    assert [reason["code"] for reason in caught.value.decision["reasons"]] == [code]


@pytest.mark.parametrize(
    ("contract_id", "code"),
    [
        ("CTR-000048", "TAX_PROFILE_INVALID"),
        ("CTR-000049", "RATE_CARD_NOT_APPROVED"),
        ("CTR-000051", "LEGAL_ENTITY_NOT_TRADING"),
        ("CTR-000052", "CUSTOMER_INACTIVE"),
    ],
)
async def test_a_contract_that_cannot_be_provisioned_is_parked_unwritten(
    office: Office, contract_id, code
):
    before = office.snapshot()
    preview = await preview_run(office.desk, LEAD, PROVISION, contract_id, None)
    run = await office.settled(await office.provision(contract_id))
    assert run.state is RunState.EXCEPTION
    assert run.failure is not None
    assert run.failure.code == "VALIDATION_FAILED"
    assert [f["code"] for f in json.loads(run.failure.detail)["findings"]] == [code]
    assert [finding.code for finding in preview.findings] == [code]
    assert office.snapshot() == before


async def test_what_is_not_approved_is_not_provisioned(office: Office):
    done = await office.settled(await office.provision(READY["RETAINER"]))
    with pytest.raises(refusals.NotApplicable) as caught:
        await office.provision(done.contract_id, key="again")
    assert caught.value.state == "ACTIVE"
    with pytest.raises(refusals.NotFound):
        await office.provision("CTR-999999")


async def test_an_agent_or_service_waits_for_a_person(office: Office):
    before = office.snapshot()
    run = await office.provision(READY["FIXED_FEE"], caller=SERVICE)
    assert run.state is RunState.WAITING
    assert "delivery_lead" in run.awaited_roles
    assert office.snapshot() == before
    preview = await preview_run(office.desk, SERVICE, PROVISION, READY["FIXED_FEE"], 1)
    assert Operation.CREATE in {write.operation for write in preview.writes}


async def test_decisions_and_writes_are_on_record(office: Office):
    run = await office.settled(await office.provision(READY["MILESTONE"]))
    kinds = office.audited(run.id)
    writes = sum(len(step.receipts) for step in run.steps)
    assert kinds[0] == "run.requested"
    assert kinds[-1] == "run.finished"
    assert kinds.count("write.intended") == kinds.count("write.done") == writes
    entries = list(office.desk.governance.trail.entries(about=run.id))
    done = [e.entry.details for e in entries if e.entry.kind == "write.done"]
    assert {detail["system"] for detail in done} == {"CLM", "ERP", "PSA", "ENGAGEMENT"}
    assert len({detail["idempotencyKey"] for detail in done}) == writes
    assert [json.loads(d.content)["verdict"] for d in run.decisions] == ["ALLOW", "ALLOW"]
    assert run.correlation_id == "correlated"
    events = office.desk.store.events()
    assert [event["type"] for event in events] == ["engagement.provisioned"]
