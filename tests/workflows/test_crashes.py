"""Killed after every step, by SIGKILL, a run still finishes, and everything exists once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from subgraphs.engagement.reconciliation import drifts
from subgraphs.engagement.runs.run import Run, RunKind, RunState, StepState
from subgraphs.engagement.runs.store import RunFilter
from subgraphs.systems_of_record.records.common import Money
from tests.kit.sandbox import RunningSandbox
from tests.workflows.office import READY, Office, created, open_office

ROOT = Path(__file__).parents[2]
PROVISION, AMEND = RunKind.PROVISION_ENGAGEMENT, RunKind.APPLY_AMENDMENT


def driven(sandbox: RunningSandbox, folder: Path, kind: RunKind, *given: str) -> list[str]:
    """The points at which a process died until one survived."""
    command = [sys.executable, "-m", "tests.workflows.mortal", str(sandbox.systems_file)]
    done = subprocess.run(
        [*command, str(folder), kind.value, *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    *deaths, state = done.stdout.splitlines()
    assert state == "SUCCEEDED", done.stderr
    return deaths


async def finished(office: Office) -> Run:
    """The one run there is, once and completely on record."""
    [run] = office.desk.store.list(RunFilter(), first=10, after=None)
    assert {step.state for step in run.steps} == {StepState.DONE}
    kinds = office.audited(run.id)
    writes = sum(len(step.receipts) for step in run.steps)
    assert kinds.count("write.intended") == kinds.count("write.done") == writes
    assert kinds.count("run.finished") == 1
    assert office.verified().sound
    assert await drifts(office.desk, await office.contract(run.contract_id)) == ()
    assert len(office.desk.store.events()) == 1
    return run


@pytest.mark.parametrize("point", ["written", "noted"])
async def test_provisioning_survives_a_kill_after_every_step(
    sandbox: RunningSandbox, tmp_path: Path, point: str
):
    contract_id, folder = READY["MILESTONE"], tmp_path / "engagement"
    async with open_office(sandbox, tmp_path / "before") as office:
        before = office.snapshot()
    deaths = driven(sandbox, folder, PROVISION, contract_id, "1", point)
    async with open_office(sandbox, folder) as office:
        run = await finished(office)
        expected = (
            [f"{step.name} {r.external_key}" for step in run.steps for r in step.receipts]
            if point == "written"
            else [*(step.name for step in run.steps), "finish"]
        )
        assert deaths == expected
        new = created(before, office.snapshot())
        milestones = await office.systems.clm.milestones_by_contract([contract_id])
        erp = {kind: count for (system, kind), count in new.items() if system == "erp"}
        assert erp.pop("BillingMilestones") == len(milestones[contract_id])
        assert set(erp.values()) == {1}
        assert len(erp) >= 5


async def test_an_amendment_survives_a_kill_after_every_write(
    sandbox: RunningSandbox, tmp_path: Path
):
    folder = tmp_path / "engagement"
    async with open_office(sandbox, tmp_path / "before") as office:
        before = office.snapshot()
        amendment = await office.amendment("AMD-000001")
        value = (await office.contract(amendment.contract_id)).total_value
    version = str(amendment.base_version)
    deaths = driven(sandbox, folder, AMEND, amendment.id, version, "written")
    assert len(deaths) >= 5
    async with open_office(sandbox, folder) as office:
        run = await finished(office)
        # An amount that is moved by a difference would show a write that was done twice.
        expected = Money(value.amount + amendment.value_change.amount, value.currency)
        project = await office.systems.erp.projects_by_contract([run.contract_id])
        assert project[run.contract_id].contract_value == expected
        assert created(before, office.snapshot()) == {}


async def test_another_process_of_the_machine_takes_over(sandbox: RunningSandbox, tmp_path: Path):
    """Nobody needs to be restarted: whoever lives finishes what the dead one began."""
    folder = tmp_path / "engagement"
    async with open_office(sandbox, folder) as office:
        command = [sys.executable, "-m", "tests.workflows.mortal", str(sandbox.systems_file)]
        given = [str(folder), PROVISION.value, READY["RETAINER"], "1", "written", "1"]
        mortal = await asyncio.create_subprocess_exec(*command, *given, cwd=ROOT)
        assert await mortal.wait() == 0
        [run] = office.desk.store.list(RunFilter(), first=10, after=None)
        done = await office.settled(run)
        assert done.state is RunState.SUCCEEDED
        await finished(office)
