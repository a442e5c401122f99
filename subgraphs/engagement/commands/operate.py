"""What integration operations do with a run: replay, cancel, resolve by hand."""

from __future__ import annotations

from dataclasses import replace

from auth.caller import Caller
from auth.decision import NeedsApproval
from auth.policies.vocabulary import Action
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.commands.refusals import NotApplicable, PolicyDenied
from subgraphs.engagement.runs import transitions
from subgraphs.engagement.runs.driver import PREPARE
from subgraphs.engagement.runs.run import (
    DRIVEN,
    FINAL,
    Direction,
    Run,
    RunState,
    StepRun,
    StepState,
)


async def replay_run(desk: Desk, caller: Caller, run_id: str) -> Run:
    """Go on with a parked run from the step that failed. Raises `CommandRefused`."""
    await _judge(desk, caller, Action.REPLAY_RUN, desk.get(run_id))
    at = desk.governance.now()
    changed = desk.change(run_id, lambda held: transitions.resumed(_parked(held), at))
    await desk.record("run.replayed", caller, changed, {"stretch": changed.stretch})
    await desk.drive(changed)
    return changed


async def cancel_run(desk: Desk, caller: Caller, run_id: str, reason: str) -> Run:
    """Take back what a run did, in reverse order. Raises `CommandRefused`.

    A run that is under way turns back at its next attempt; a parked one does so at once; one that
    waits, or was never begun, just ends.
    """
    await _judge(desk, caller, Action.CANCEL_RUN, desk.get(run_id))
    at = desk.governance.now()

    def cancelled(held: Run) -> Run:
        if held.state in FINAL or held.direction is Direction.BACKWARD:
            raise NotApplicable("The run has ended, or is being taken back.", held.state.value)
        if held.state is RunState.WAITING:
            return transitions.ended(held, RunState.CANCELLED, at)
        if held.state in DRIVEN:
            return replace(held, cancel_requested=True, updated_at=at)
        return transitions.resumed(transitions.turned_back(held, at), at)

    changed = desk.change(run_id, cancelled)
    await desk.record("run.cancelled", caller, changed, {"reason": reason})
    await desk.drive(changed)
    return changed


async def resolve_exception(desk: Desk, caller: Caller, run_id: str, reason: str) -> Run:
    """Call the failed step done by hand, and go on behind it. Raises `CommandRefused`.

    Preparation cannot be done by hand: without its plan nothing is known to be written.
    """
    await _judge(desk, caller, Action.RESOLVE_EXCEPTION, desk.get(run_id))
    at = desk.governance.now()

    def resolved(held: Run) -> Run:
        step = _failed_step(_parked(held))
        if step.name == PREPARE:
            raise NotApplicable("Mend the cause and replay: nothing is planned yet.", step.name)
        backward = held.direction is Direction.BACKWARD
        receipts = tuple(replace(r, undone=r.undone or backward) for r in step.receipts)
        state = StepState.UNDONE if backward else StepState.RESOLVED
        # Whoever resolved it by hand has seen to what may have been in flight, too.
        done = replace(
            step, state=state, finished_at=at, receipts=receipts, failure=None, in_flight=None
        )
        return transitions.resumed(held.with_step(done), at)

    changed = desk.change(run_id, resolved)
    await desk.record("run.resolved", caller, changed, {"reason": reason})
    await desk.drive(changed)
    return changed


async def _judge(desk: Desk, caller: Caller, action: Action, run: Run) -> None:
    judgement = await desk.judge_run(caller, action, run)
    if isinstance(judgement.decision, NeedsApproval):
        # There is no run of a run that could wait: whoever needs an approval asks a person to act.
        raise PolicyDenied(judgement.content)


def _parked(run: Run) -> Run:
    if run.state is not RunState.EXCEPTION:
        raise NotApplicable("The run is not parked as an exception.", run.state.value)
    return run


def _failed_step(run: Run) -> StepRun:
    for step in run.steps:
        if step.state is StepState.FAILED:
            return step
    raise NotApplicable("No step of the run has failed.", run.state.value)
