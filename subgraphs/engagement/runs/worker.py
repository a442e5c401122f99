"""The work behind a run's journal: attempts, and what becomes of a run when they fail.

Everything here may run twice for one journal entry, after a crash. Systems are written under
keys that do not change between attempts, receipts are looked at first, and the audit trail drops
what it has under the same key.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from subgraphs.engagement.durable.port import Json
from subgraphs.engagement.model.plan import Operation, Write
from subgraphs.engagement.runs import transitions
from subgraphs.engagement.runs.driver import PREPARE
from subgraphs.engagement.runs.events import run_event
from subgraphs.engagement.runs.failures import Remedy, diagnose, failure_of
from subgraphs.engagement.runs.plans import dump_plan, load_plan
from subgraphs.engagement.runs.preparing import ApprovalMissing, Parked, Preparation
from subgraphs.engagement.runs.retrying import RetryPolicy
from subgraphs.engagement.runs.run import (
    DRIVEN,
    Direction,
    Failure,
    KnownId,
    Run,
    RunState,
    StepRun,
    WriteReceipt,
)
from subgraphs.engagement.runs.store import UnknownRunError
from subgraphs.engagement.runs.transitions import Superseded, TurnBack
from subgraphs.engagement.runs.writing import Writing
from subgraphs.engagement.steps.step import Step
from subgraphs.systems_of_record.correlation import correlated
from subgraphs.systems_of_record.errors import Conflict, Refused, SystemOfRecordError

logger = logging.getLogger(__name__)

PROCEED: Json = {"next": "proceed"}
STOP: Json = {"next": "stop"}
TURN: Json = {"next": "turn"}
# How often one step may find its objects changed by others before a person has a look.
MAX_GENERATIONS = 5


@dataclass(frozen=True, slots=True)
class RunWorker:
    """See `driver.Worker`."""

    preparation: Preparation
    writing: Writing
    retry: RetryPolicy
    random: Random

    async def prepare(self, run_id: str, stretch: int) -> Json:
        """Judge once more on current facts, validate, and plan every write."""
        return await self._attempt(run_id, stretch, PREPARE, self._prepare)

    async def carry_out(self, run_id: str, stretch: int, step: str) -> Json:
        """One attempt at the writes of a step."""
        return await self._attempt(run_id, stretch, step, self._carry_out)

    async def take_back(self, run_id: str, stretch: int, step: str) -> Json:
        """One attempt at undoing the writes of a step."""
        return await self._attempt(run_id, stretch, step, self._take_back, transitions.undo_begun)

    async def finish(self, run_id: str, stretch: int) -> Json:
        """The last step is done."""
        at = self.writing.now()
        run = self._held(run_id)
        if run.stretch != stretch or run.state not in DRIVEN:
            return STOP
        back = run.direction is Direction.BACKWARD
        state = RunState.CANCELLED if back else RunState.SUCCEEDED
        # On record first: whoever sees the run finished can rely on its trail being complete.
        await self._audit(run, "run.finished", {"state": state.value}, f"finished:{run_id}")
        self._change(run_id, lambda held: transitions.ended(held, state, at))
        return PROCEED

    async def _attempt(
        self,
        run_id: str,
        stretch: int,
        step: str,
        work: Callable[[Run, str], Awaitable[None]],
        begun: Callable[[Run, int, str, datetime], Run] = transitions.attempt_begun,
    ) -> Json:
        at = self.writing.now()
        try:
            run = self._change(run_id, lambda held: begun(held, stretch, step, at))
            with correlated(run.correlation_id):
                await work(run, step)
        except Superseded:
            return STOP
        except TurnBack:
            self._change(run_id, lambda held: transitions.turned_back(held, at))
            return TURN
        except ApprovalMissing as missing:
            return await self._await_approval(run_id, missing)
        except Parked as parked:
            detail = json.dumps(parked.detail, sort_keys=True)
            return await self._park(run_id, step, Failure(parked.code, parked.message, at, detail))
        except SystemOfRecordError as error:
            return await self._failed(run_id, stretch, step, error)
        except Exception as error:
            # A fault of ours must not end the workflow behind the run's back: it is parked like
            # any other, with the traceback in the log under the run's id.
            logger.exception("run %s failed in step %s", run_id, step)
            text = f"Internal error ({type(error).__name__})."
            return await self._park(run_id, step, Failure("INTERNAL_ERROR", text, at))
        return PROCEED

    async def _prepare(self, run: Run, name: str) -> None:
        if run.step(name).settled:
            return
        prepared = await self.preparation.prepare(run)

        def planned(held: Run) -> Run:
            changed = replace(
                held,
                plan=dump_plan(prepared.writes),
                ids=tuple(KnownId(*pair) for pair in prepared.ids.items()),
                decisions=(*held.decisions, prepared.decision),
            )
            return transitions.step_done(changed, name, self.writing.now())

        self._change(run.id, planned)
        writes = [f"{w.operation.value} {w.step} {w.external_key}" for w in prepared.writes]
        await self._audit(run, "run.planned", {"writes": writes})

    async def _carry_out(self, run: Run, name: str) -> None:
        if run.step(name).settled:
            return
        step = self.preparation.workflows[run.kind].step(name)
        for write in self._writes(run, name):
            done = _receipt(run.step(name), write) is not None
            if not done and write.operation is not Operation.MATCH:
                run = await self.writing.write(run, step, write)
        self._change(run.id, lambda held: transitions.step_done(held, name, self.writing.now()))

    async def _take_back(self, run: Run, name: str) -> None:
        step = self.preparation.workflows[run.kind].step(name)
        for write in reversed(self._writes(run, name)):
            receipt = _receipt(run.step(name), write)
            if receipt is None and run.step(name).in_flight == write.external_key:
                run = await self._settle(run, step, write)
                receipt = _receipt(run.step(name), write)
            if receipt is not None and not receipt.undone:
                run = await self.writing.undo(run, step, write, receipt)
        self._change(run.id, lambda held: transitions.step_undone(held, name, self.writing.now()))

    async def _settle(self, run: Run, step: Step, write: Write) -> Run:
        """Find out whether a write took effect, by asking for it again under the same key.

        Under one key it takes effect at most once, so afterwards there is something definite to
        undo; or it is refused, which it would not be if it had taken effect.
        """
        try:
            return await self.writing.write(run, step, write)
        except (Refused, Conflict):
            return self._held(run.id)

    async def _rebase(self, run: Run, name: str) -> None:
        """Make the step's remaining writes again, onto what others have made of the objects."""
        subject = await self.preparation.subject(run)
        landscape = await self.preparation.landscape(subject.contract)
        workflow = self.preparation.workflows[run.kind]
        step = workflow.step(name)

        def rebased(write: Write) -> Write:
            if write.step != name or _receipt(run.step(name), write) is not None:
                return write
            again = step.rebase(write, landscape)
            if again is None:
                version = subject.contract.version
                text = f"The contract is at version {version}."
                raise Parked("STALE_VERSION", text, {"current": version})
            return again

        plan = dump_plan([rebased(write) for write in load_plan(run.plan, workflow)])
        await self._carry_out(self._change(run.id, lambda held: replace(held, plan=plan)), name)

    async def _failed(
        self, run_id: str, stretch: int, name: str, error: SystemOfRecordError
    ) -> Json:
        diagnosis = diagnose(error)
        failure = failure_of(error, diagnosis.code, self.writing.now())
        logger.warning("run %s, step %s: %s", run_id, name, error)
        run = self._held(run_id)
        step = run.step(name)
        forward = run.direction is Direction.FORWARD
        if diagnosis.remedy is Remedy.REPLAN and forward and step.generation < MAX_GENERATIONS:
            # None of it took effect: otherwise the key would have been answered with the result.
            again = replace(step, generation=step.generation + 1, failure=failure)
            self._change(run_id, lambda held: held.with_step(again))
            return await self._attempt(run_id, stretch, name, self._rebase)
        lasting = failure.at - (step.failing_since or failure.at) > self.retry.give_up_after
        if diagnosis.remedy is not Remedy.WAIT or lasting:
            return await self._park(run_id, name, failure)
        attempt = max(step.attempts, 1)
        seconds = self.retry.delay(attempt, self.random, diagnosis.retry_after)
        self._change(run_id, lambda held: transitions.delayed(held, name, failure, seconds))
        return {"next": "again", "seconds": seconds}

    async def _await_approval(self, run_id: str, missing: ApprovalMissing) -> Json:
        at = self.writing.now()

        def waiting(held: Run) -> Run:
            decided = replace(held, decisions=(*held.decisions, missing.decision))
            return transitions.awaiting(decided, missing.roles, at)

        run = self._change(run_id, waiting)
        details = {"awaitedRoles": list(run.awaited_roles)}
        self.writing.store.add_event(*run_event(run, "run.waiting", at, details))
        return STOP

    async def _park(self, run_id: str, name: str, failure: Failure) -> Json:
        run = self._change(run_id, lambda held: transitions.parked(held, name, failure))
        details = {"step": name, "code": failure.code, "message": failure.message}
        await self._audit(run, "run.parked", details)
        self.writing.store.add_event(*run_event(run, "run.failed", failure.at, details))
        return STOP

    def _writes(self, run: Run, step: str) -> list[Write]:
        plan = load_plan(run.plan, self.preparation.workflows[run.kind])
        return [write for write in plan if write.step == step]

    def _held(self, run_id: str) -> Run:
        run = self.writing.store.get(run_id)
        if run is None:
            raise UnknownRunError(run_id)
        return run

    def _change(self, run_id: str, function: Callable[[Run], Run]) -> Run:
        return self.writing.store.change(run_id, function)

    async def _audit(self, run: Run, kind: str, details: Mapping[str, Any], key: str = "") -> None:
        governance = self.writing.governance
        await governance.record(kind, run.requested_by, run.id, details, key)


def _receipt(step: StepRun, write: Write) -> WriteReceipt | None:
    found = (receipt for receipt in step.receipts if receipt.external_key == write.external_key)
    return next(found, None)
