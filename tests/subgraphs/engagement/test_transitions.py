"""Whatever happens to a run, in whatever order, it stays in a state that makes sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.engagement.runs import transitions
from subgraphs.engagement.runs.driver import PREPARE
from subgraphs.engagement.runs.run import (
    DRIVEN,
    Direction,
    Failure,
    Run,
    RunKind,
    RunState,
    StepRun,
    StepState,
    WriteReceipt,
)
from subgraphs.engagement.runs.transitions import Superseded, TurnBack

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FAILURE = Failure("SYSTEM_UNAVAILABLE", "down", NOW)
RUN = Run(
    id="run-1",
    kind=RunKind.PROVISION_ENGAGEMENT,
    contract_id="C",
    subject_id="C",
    contract_version=1,
    region="EMEA",
    legal_entity="DE01",
    engagement_type="RETAINER",
    author=None,
    lead="lena",
    requester="{}",
    requested_by="lena",
    idempotency_key="k",
    input_hash="h",
    correlation_id="c",
    state=RunState.RUNNING,
    direction=Direction.FORWARD,
    stretch=1,
    created_at=NOW,
    updated_at=NOW,
    finished_at=None,
    next_attempt_at=None,
    awaited_roles=(),
    steps=(StepRun(PREPARE, None), StepRun("one", "ERP"), StepRun("two", "PSA")),
)


@pytest.mark.parametrize("state", [state for state in RunState if state not in DRIVEN])
def test_a_run_that_nobody_drives_is_not_attempted(state: RunState):
    with pytest.raises(Superseded):
        transitions.attempt_begun(replace(RUN, state=state), 1, "one", NOW)


def test_an_old_stretch_is_fenced_off():
    resumed = transitions.resumed(transitions.parked(RUN, "one", FAILURE), NOW)
    with pytest.raises(Superseded):
        transitions.attempt_begun(resumed, 1, "one", NOW)
    assert transitions.attempt_begun(resumed, 2, "one", NOW).step("one").attempts == 1


@pytest.mark.parametrize(
    "turned", [replace(RUN, cancel_requested=True), transitions.turned_back(RUN, NOW)]
)
def test_a_cancelled_run_makes_no_further_step_forward(turned: Run):
    with pytest.raises(TurnBack):
        transitions.attempt_begun(turned, 1, "one", NOW)


def test_a_delay_says_when_it_ends_and_since_when_it_lasts():
    first = transitions.delayed(RUN, "one", FAILURE, 5)
    assert first.state is RunState.DELAYED
    assert first.next_attempt_at == NOW + timedelta(seconds=5)
    later = replace(FAILURE, at=NOW + timedelta(hours=1))
    second = transitions.delayed(first, "one", later, 5)
    assert second.step("one").failing_since == NOW
    assert transitions.step_done(second, "one", NOW).step("one").failing_since is None


def test_a_replay_gets_the_whole_patience_again():
    delayed = transitions.delayed(RUN, "one", FAILURE, 5)
    again = transitions.resumed(transitions.parked(delayed, "one", FAILURE), NOW)
    assert again.step("one").failing_since is None
    assert again.failure is None


@given(
    st.lists(
        st.sampled_from(["begin", "done", "delay", "park", "resume", "receive", "turn"]),
        max_size=30,
    )
)
def test_receipts_are_never_lost_and_stretches_only_grow(happenings: list[str]):
    run, receipts = RUN, 0
    for happening in happenings:
        before = run
        try:
            run = _happen(run, happening, receipts)
        except (Superseded, TurnBack):
            continue
        receipts += happening == "receive"
        assert len(run.step("one").receipts) == receipts
        assert run.stretch >= before.stretch
        assert not (before.direction is Direction.BACKWARD and run.direction is Direction.FORWARD)
        if run.direction is Direction.BACKWARD:
            assert run.state in {RunState.COMPENSATING, RunState.EXCEPTION}


def _happen(run: Run, happening: str, number: int) -> Run:
    match happening:
        case "begin":
            return transitions.attempt_begun(run, run.stretch, "one", NOW)
        case "done":
            return transitions.step_done(run, "one", NOW)
        case "delay":
            return transitions.delayed(run, "one", FAILURE, 1)
        case "park":
            return transitions.parked(run, "one", FAILURE)
        case "resume":
            return transitions.resumed(run, NOW)
        case "turn":
            return transitions.turned_back(run, NOW)
    return transitions.received(run, "one", WriteReceipt(f"key {number}", "id", "1"), {})


def test_a_step_that_wrote_nothing_is_not_called_undone():
    done = transitions.step_done(RUN, "one", NOW)
    assert transitions.step_undone(done, "one", NOW).step("one").state is StepState.DONE
    written = transitions.received(done, "one", WriteReceipt("key", "id", "1"), {})
    back = transitions.taken_back(written, "one", "key")
    assert transitions.step_undone(back, "one", NOW).step("one").state is StepState.UNDONE
