"""Systems fail in every way; runs are delayed, parked or taken back, and nothing is done twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subgraphs.engagement.commands import refusals
from subgraphs.engagement.commands.operate import cancel_run, replay_run, resolve_exception
from subgraphs.engagement.runs.run import RunState, StepState
from subgraphs.engagement.steps.object_step import draft_from
from subgraphs.systems_of_record.drafts import ProjectDraft
from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.records.erp import ProjectState
from subgraphs.systems_of_record.sandbox.faults import FaultKind
from tests.workflows.office import (
    FINANCE,
    LEAD,
    OPERATIONS,
    READY,
    SERVICE,
    Office,
    created,
)

FIXED, RETAINER, MILESTONE = READY["FIXED_FEE"], READY["RETAINER"], READY["MILESTONE"]
# What a run creates for a milestone contract with four milestones.
WHOLE = {"Projects": 1, "BillingRules": 1, "BillingSchedules": 1, "RevenueSchedules": 1}
WRITES = ("POST", "PUT", "PATCH")


def in_erp(new: dict[tuple[str, str], int]) -> dict[str, int]:
    return {kind: count for (system, kind), count in new.items() if system == "erp"}


async def assert_whole(office: Office, before, contract_id: str) -> None:
    """Exactly the objects of one provisioning have come into being."""
    new = in_erp(created(before, office.snapshot()))
    milestones = await office.systems.clm.milestones_by_contract([contract_id])
    contract = await office.contract(contract_id)
    expected = {**WHOLE, "PublishedRateCards": new.get("PublishedRateCards", 0)}
    if len(milestones[contract_id]) and contract.engagement_type == "MILESTONE":
        expected["BillingMilestones"] = len(milestones[contract_id])
    expected["PurchaseOrders"] = len(contract.subcontract_rules)
    accounts = new.pop("CustomerAccounts", 0)
    assert accounts <= 1
    assert new == {kind: count for kind, count in expected.items() if count}
    assert office.verified().sound


@pytest.mark.parametrize(
    "kind",
    [FaultKind.LOST_ANSWER, FaultKind.ERROR_AFTER_WRITE, FaultKind.DROP, FaultKind.THROTTLE],
)
@pytest.mark.parametrize("system", [System.ERP, System.PSA, System.CLM])
async def test_every_write_fails_once_and_is_done_once(office: Office, kind, system):
    before = office.snapshot()
    run = await office.provision(MILESTONE)
    # More failures in a row than the connector itself rides out within one attempt of a step.
    office.sandbox.fail(system, kind, times=9, methods=WRITES, seconds=0.01)
    run = await office.settled(run)
    assert run.state is RunState.SUCCEEDED, run.failure
    await assert_whole(office, before, MILESTONE)


async def test_a_system_that_is_down_delays_its_run_and_no_other(office: Office):
    before = office.snapshot()
    office.sandbox.fail(System.PSA, FaultKind.DOWN, times=None, methods=WRITES, path="/api/")
    delayed = await office.until(await office.provision(FIXED), RunState.DELAYED)
    assert delayed.step("delivery-project").state is StepState.RETRYING
    assert delayed.step("revenue-schedule").state is StepState.DONE
    assert delayed.next_attempt_at is not None
    # The other run goes as far as it can, too.
    other = await office.until(await office.provision(RETAINER), RunState.DELAYED)
    assert other.step("revenue-schedule").state is StepState.DONE

    office.sandbox.heal()
    done = await office.until(delayed, RunState.SUCCEEDED)
    await office.until(other, RunState.SUCCEEDED)
    assert done.step("delivery-project").attempts > 1
    new = in_erp(created(before, office.snapshot()))
    assert new["Projects"] == 2


async def test_a_system_that_is_down_from_the_start_delays_the_run_too(office: Office):
    office.sandbox.fail(System.PSA, FaultKind.DOWN, times=None)
    run = await office.until(await office.provision(FIXED), RunState.DELAYED)
    assert run.step("prepare").state is StepState.RETRYING
    assert run.step("prepare").failure is not None
    assert run.step("prepare").failure.code == "SYSTEM_UNAVAILABLE"
    office.sandbox.heal()
    assert (await office.settled(run)).state is RunState.SUCCEEDED


async def test_somebody_else_s_change_is_built_upon(office: Office):
    """A version that is stale for a moment: the write is made again onto what is there now."""
    before = office.snapshot()
    office.sandbox.fail(System.ERP, FaultKind.STALE_VERSION, times=1, methods=WRITES)
    run = await office.settled(await office.provision(MILESTONE))
    assert run.state is RunState.SUCCEEDED, run.failure
    await assert_whole(office, before, MILESTONE)


async def test_a_change_made_by_others_while_the_run_was_delayed_is_kept(office: Office):
    """An amendment moves the project's value; somebody renames the project in between."""
    office.sandbox.fail(System.CLM, FaultKind.DOWN, times=None, methods=WRITES, path="/execute")
    amendment = await office.amendment("AMD-000001")
    run = await office.until(await office.amend(amendment.id), RunState.DELAYED)
    assert run.step("execute-amendment").state is StepState.RETRYING
    erp, key = office.systems.erp, [run.contract_id]
    project = (await erp.projects_by_contract(key))[run.contract_id]
    renamed = replace(draft_from(ProjectDraft, project), name="Renamed by hand")
    await erp.put_project(renamed, key="rename", expected_version=project.source.version)
    office.sandbox.heal()
    run = await office.settled(run)
    assert run.state is RunState.SUCCEEDED, run.failure
    assert run.step("project-shell").generation == 2
    after = (await erp.projects_by_contract(key))[run.contract_id]
    assert after.name == "Renamed by hand"
    assert after.contract_value == project.contract_value + amendment.value_change


@pytest.mark.parametrize("effective", [True, False])
async def test_a_write_of_unknown_outcome_is_settled_before_it_is_taken_back(
    office: Office, effective: bool
):
    """The answer is lost, so is every look-up, and then the system is down."""
    lost = FaultKind.LOST_ANSWER if effective else FaultKind.DROP
    fail, erp = office.sandbox.fail, System.ERP
    fail(erp, lost, times=1, methods=WRITES, path="Projects")
    fail(erp, FaultKind.DOWN, times=None, methods=WRITES, skip=1, path="Projects")
    fail(erp, FaultKind.DOWN, times=None, path="RepeatableRequests")
    run = await office.until(await office.provision(FIXED), RunState.DELAYED)
    assert run.step("project-shell").in_flight == FIXED
    await cancel_run(office.desk, OPERATIONS, run.id, "changed our minds")
    await office.until(run, RunState.COMPENSATING)
    office.sandbox.heal()
    run = await office.settled(run)
    assert run.state is RunState.CANCELLED
    projects = await office.systems.erp.projects_by_contract([FIXED])
    assert projects[FIXED].state is ProjectState.CANCELLED
    assert office.verified().sound


async def parked_at_activation(office: Office, contract_id: str = MILESTONE):
    """A run that fails at its last step but one: somebody else was faster."""
    office.sandbox.fail(System.PSA, FaultKind.DOWN, times=None, methods=WRITES, path="/api/")
    run = await office.until(await office.provision(contract_id), RunState.DELAYED)
    # Somebody else provisions by hand, past us.
    await office.systems.clm.mark_provisioned(
        contract_id, contract_version=1, run_id="by hand", project_id="PRJ-X", key="by hand"
    )
    office.sandbox.heal()
    run = await office.settled(run)
    assert run.state is RunState.EXCEPTION
    assert run.step("activate-contract").state is StepState.FAILED
    assert run.failure is not None
    assert run.failure.code == "SYSTEM_REFUSED"
    return run


async def undo_by_hand(office: Office, contract_id: str = MILESTONE) -> None:
    await office.systems.clm.unmark_provisioned(contract_id, run_id="by hand", key="undo by hand")


async def test_a_parked_run_is_replayed_from_the_step_that_failed(office: Office):
    before = office.snapshot()
    run = await parked_at_activation(office)
    attempts = {step.name: step.attempts for step in run.steps}
    again = await replay_run(office.desk, OPERATIONS, run.id)
    assert (await office.settled(again)).state is RunState.EXCEPTION

    await undo_by_hand(office)
    done = await office.settled(await replay_run(office.desk, OPERATIONS, run.id))
    assert done.state is RunState.SUCCEEDED
    for step in done.steps:
        if step.name not in ("activate-contract", "announce"):
            assert step.attempts == attempts[step.name]
    await assert_whole(office, before, MILESTONE)


async def test_a_cancelled_run_is_taken_back_in_reverse_order(office: Office):
    run = await parked_at_activation(office)
    await undo_by_hand(office)
    await cancel_run(office.desk, OPERATIONS, run.id, "wrong contract")
    run = await office.settled(run)
    assert run.state is RunState.CANCELLED
    for step in run.steps:
        assert step.state is not StepState.DONE or not step.receipts

    erp, key = office.systems.erp, [MILESTONE]
    assert (await erp.projects_by_contract(key))[MILESTONE].state is ProjectState.CANCELLED
    schedule = (await erp.billing_schedules_by_contract(key))[MILESTONE]
    assert schedule.state == "CANCELLED"
    milestones = (await erp.billing_milestones_by_contract(key))[MILESTONE]
    assert {milestone.state.value for milestone in milestones} == {"CANCELLED"}
    assert (await office.contract(MILESTONE)).state is ContractState.APPROVED
    undone = [
        each.entry.details["step"]
        for each in office.desk.governance.trail.entries(about=run.id)
        if each.entry.kind == "undo.done"
    ]
    order = [step.name for step in run.steps if step.receipts]
    assert list(dict.fromkeys(undone)) == order[::-1]

    # What was taken back can be provisioned anew: the same objects are revived.
    before = office.snapshot()
    fresh = await office.settled(await office.provision(MILESTONE, key="anew"))
    assert fresh.state is RunState.SUCCEEDED, fresh.failure
    assert created(before, office.snapshot()) == {}


async def test_a_run_under_way_turns_back_when_it_is_cancelled(office: Office):
    office.sandbox.fail(System.PSA, FaultKind.DOWN, times=None, methods=WRITES, path="/api/")
    run = await office.until(await office.provision(FIXED), RunState.DELAYED)
    await cancel_run(office.desk, OPERATIONS, run.id, "changed our minds")
    run = await office.settled(run)
    assert run.state is RunState.CANCELLED
    projects = await office.systems.erp.projects_by_contract([FIXED])
    assert projects[FIXED].state is ProjectState.CANCELLED


@pytest.mark.parametrize("amendment_id", ["AMD-000001", "AMD-000005"])
async def test_a_cancelled_amendment_leaves_everything_as_it_was(office: Office, amendment_id):
    erp, contract_id = office.systems.erp, (await office.amendment(amendment_id)).contract_id

    async def held() -> list[object]:
        """What the amendment would change, but for version tokens and times."""
        key = [contract_id]
        records = [
            await office.contract(contract_id),
            (await erp.projects_by_contract(key))[contract_id],
            (await erp.billing_schedules_by_contract(key))[contract_id],
            (await erp.revenue_schedules_by_contract(key))[contract_id],
            *(await erp.published_rate_cards_by_contract(key))[contract_id],
        ]
        return [replace(record, source=None) for record in records]  # type: ignore[type-var]

    before = await held()
    office.sandbox.fail(System.PSA, FaultKind.DOWN, times=None, methods=WRITES, path="/api/")
    run = await office.until(await office.amend(amendment_id), RunState.DELAYED)
    assert await held() != before
    await cancel_run(office.desk, OPERATIONS, run.id, "the customer changed its mind")
    run = await office.settled(run)
    assert run.state is RunState.CANCELLED, run.failure
    assert await held() == before
    assert (await office.amendment(amendment_id)).state == "APPROVED"
    assert office.verified().sound


async def test_taking_back_survives_a_system_that_is_down(office: Office):
    run = await parked_at_activation(office)
    await undo_by_hand(office)
    office.sandbox.fail(System.ERP, FaultKind.DOWN, times=25)
    await cancel_run(office.desk, OPERATIONS, run.id, "changed our minds")
    run = await office.settled(run)
    assert run.state is RunState.CANCELLED


async def test_an_exception_is_resolved_by_hand_with_a_reason(office: Office):
    run = await parked_at_activation(office)
    await resolve_exception(office.desk, OPERATIONS, run.id, "activated by legal, see mail")
    run = await office.settled(run)
    assert run.state is RunState.SUCCEEDED
    assert run.step("activate-contract").state is StepState.RESOLVED
    entries = office.desk.governance.trail.entries(about=run.id)
    [resolved] = [each.entry for each in entries if each.entry.kind == "run.resolved"]
    assert (resolved.subject, resolved.details["reason"]) == (
        "olga",
        "activated by legal, see mail",
    )


@pytest.mark.parametrize("caller", [LEAD, FINANCE, SERVICE])
async def test_only_operations_replay_and_resolve(office: Office, caller):
    run = await parked_at_activation(office)
    for command in (
        replay_run(office.desk, caller, run.id),
        resolve_exception(office.desk, caller, run.id, "because"),
    ):
        with pytest.raises(refusals.PolicyDenied):
            await command
    assert office.desk.get(run.id).state is RunState.EXCEPTION


async def test_what_is_over_cannot_be_operated_on(office: Office):
    run = await office.settled(await office.provision(RETAINER))
    for command in (
        replay_run(office.desk, OPERATIONS, run.id),
        cancel_run(office.desk, OPERATIONS, run.id, "late"),
        resolve_exception(office.desk, OPERATIONS, run.id, "late"),
    ):
        with pytest.raises(refusals.NotApplicable):
            await command
    with pytest.raises(refusals.NotFound):
        await replay_run(office.desk, OPERATIONS, "run-nowhere")
