"""How a run changes: pure functions, applied by the store to what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from subgraphs.engagement.runs.driver import PREPARE
from subgraphs.engagement.runs.run import (
    DRIVEN,
    Direction,
    Failure,
    KnownId,
    Run,
    RunState,
    StepState,
    WriteReceipt,
)


class Superseded(Exception):  # noqa: N818  (an outcome)
    """Another stretch drives the run now, or nobody does."""


class TurnBack(Exception):  # noqa: N818  (an outcome)
    """Somebody cancelled the run while it was under way."""


def undo_begun(run: Run, stretch: int, name: str, at: datetime) -> Run:
    """An attempt at taking a step back. Raises `Superseded`."""
    if run.stretch != stretch or run.state not in DRIVEN:
        raise Superseded
    held = run.step(name)
    step = replace(held, attempts=held.attempts + 1)
    return replace(run, next_attempt_at=None, updated_at=at).with_step(step)


def attempt_begun(run: Run, stretch: int, name: str, at: datetime) -> Run:
    """An attempt at a step. Raises `Superseded` and `TurnBack`."""
    if run.stretch != stretch or run.state not in DRIVEN:
        raise Superseded
    held = run.step(name)
    if run.cancel_requested or run.direction is Direction.BACKWARD:
        raise TurnBack
    if held.settled:
        return run
    step = replace(
        held,
        state=StepState.RUNNING,
        attempts=held.attempts + 1,
        started_at=held.started_at or at,
    )
    running = replace(run, state=RunState.RUNNING, next_attempt_at=None, updated_at=at)
    return running.with_step(step)


def step_done(run: Run, name: str, at: datetime) -> Run:
    """Every write of the step took effect."""
    step = replace(
        run.step(name), state=StepState.DONE, failure=None, failing_since=None, finished_at=at
    )
    return replace(run, updated_at=at).with_step(step)


def step_undone(run: Run, name: str, at: datetime) -> Run:
    """Whatever the step had written is taken back."""
    held = run.step(name)
    touched = any(receipt.undone for receipt in held.receipts)
    step = replace(
        held,
        state=StepState.UNDONE if touched else held.state,
        failing_since=None,
        finished_at=at if touched else held.finished_at,
    )
    return replace(run, updated_at=at).with_step(step)


def write_begun(run: Run, name: str, external_key: str) -> Run:
    """From here on, until there is a receipt, the write may have taken effect."""
    return run.with_step(replace(run.step(name), in_flight=external_key))


def write_void(run: Run, name: str) -> Run:
    """The write that was begun surely had no effect."""
    return run.with_step(replace(run.step(name), in_flight=None))


def received(run: Run, name: str, receipt: WriteReceipt, ids: Mapping[str, str]) -> Run:
    """A write took effect, and told ids that later steps need."""
    held = run.step(name)
    known = {each.placeholder: each.value for each in run.ids} | dict(ids)
    changed = run.with_step(replace(held, receipts=(*held.receipts, receipt), in_flight=None))
    return replace(changed, ids=tuple(KnownId(*pair) for pair in known.items()))


def taken_back(run: Run, name: str, external_key: str) -> Run:
    """One write of a step is undone."""
    held = run.step(name)
    receipts = tuple(
        replace(each, undone=True) if each.external_key == external_key else each
        for each in held.receipts
    )
    return run.with_step(replace(held, receipts=receipts))


def delayed(run: Run, name: str, failure: Failure, seconds: float) -> Run:
    """A step failed in a way that time may heal."""
    held = run.step(name)
    step = replace(
        held,
        state=StepState.RETRYING,
        failure=failure,
        failing_since=held.failing_since or failure.at,
    )
    back = run.direction is Direction.BACKWARD
    return replace(
        run,
        state=RunState.COMPENSATING if back else RunState.DELAYED,
        next_attempt_at=failure.at + timedelta(seconds=seconds),
        updated_at=failure.at,
    ).with_step(step)


def parked(run: Run, name: str, failure: Failure) -> Run:
    """The run waits for somebody to decide."""
    step = replace(run.step(name), state=StepState.FAILED, failure=failure, failing_since=None)
    return replace(
        run,
        state=RunState.EXCEPTION,
        failure=failure,
        next_attempt_at=None,
        updated_at=failure.at,
    ).with_step(step)


def awaiting(run: Run, roles: frozenset[str], at: datetime) -> Run:
    """The run waits for approvals; it is prepared anew once they are given."""
    step = replace(run.step(PREPARE), state=StepState.PENDING)
    return replace(
        run, state=RunState.WAITING, awaited_roles=tuple(sorted(roles)), updated_at=at
    ).with_step(step)


def turned_back(run: Run, at: datetime) -> Run:
    """From now on the run takes back what it did."""
    return replace(
        run,
        state=RunState.COMPENSATING,
        direction=Direction.BACKWARD,
        next_attempt_at=None,
        failure=None,
        updated_at=at,
    )


def resumed(run: Run, at: datetime) -> Run:
    """A new stretch goes on from where the last one stopped, in the same direction."""
    back = run.direction is Direction.BACKWARD
    return replace(
        run,
        state=RunState.COMPENSATING if back else RunState.RUNNING,
        stretch=run.stretch + 1,
        stretch_backward=back,
        awaited_roles=(),
        failure=None,
        updated_at=at,
    )


def ended(run: Run, state: RunState, at: datetime) -> Run:
    """The run is over."""
    return replace(
        run, state=state, failure=None, next_attempt_at=None, updated_at=at, finished_at=at
    )
