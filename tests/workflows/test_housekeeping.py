"""What is left lying about is taken up, and what is long over is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from subgraphs.engagement.runs.run import RunState
from subgraphs.engagement.runs.store import RunStore
from tests.kit.sandbox import RunningSandbox
from tests.workflows.office import READY, open_office


async def test_a_run_that_was_stored_but_never_started_is_driven(
    sandbox: RunningSandbox, tmp_path: Path
):
    """The crash between the two leaves just that; here another process has stored it."""
    async with open_office(sandbox, tmp_path / "one") as office:
        done = await office.settled(await office.provision(READY["RETAINER"]))
        pattern = office.desk.get(done.id)
    fresh = replace(
        pattern,
        id="run-stored",
        state=RunState.RUNNING,
        finished_at=None,
        contract_id=READY["FIXED_FEE"],
        subject_id=READY["FIXED_FEE"],
        idempotency_key="stored",
        plan="",
        ids=(),
        steps=tuple(
            replace(step, state="PENDING", attempts=0, receipts=()) for step in pattern.steps
        ),
    )
    async with open_office(sandbox, tmp_path / "two", housekeeping_seconds=0.1) as office:
        RunStore(tmp_path / "two" / "runs.db").add(fresh)
        assert (await office.until("run-stored", RunState.SUCCEEDED)).steps[0].attempts == 1


async def test_old_workflows_are_purged_and_their_runs_are_kept(
    sandbox: RunningSandbox, tmp_path: Path
):
    settings = {"housekeeping_seconds": 0.1, "keep_workflows": timedelta(0)}
    async with open_office(sandbox, tmp_path / "engagement", **settings) as office:
        run = await office.settled(await office.provision(READY["RETAINER"]))
        async with asyncio.timeout(10):
            while await office.desk.engine.phase(run.workflow_id) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert office.desk.get(run.id).state is RunState.SUCCEEDED
        assert (await office.provision(READY["RETAINER"])).id == run.id
