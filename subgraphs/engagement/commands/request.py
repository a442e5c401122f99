"""Ask for a run: provision an engagement, apply an amendment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from auth.audit.entry import canonical_json
from auth.caller import Caller
from auth.decision import NeedsApproval
from subgraphs.engagement.commands.desk import Desk, check_version
from subgraphs.engagement.commands.refusals import KeyReused, NotApplicable, RunUnderWay
from subgraphs.engagement.governance import ACTIONS, Judgement
from subgraphs.engagement.runs import preparing
from subgraphs.engagement.runs.callers import dump_caller
from subgraphs.engagement.runs.events import run_event
from subgraphs.engagement.runs.preparing import Subject
from subgraphs.engagement.runs.run import Direction, Run, RunKind, RunState
from subgraphs.engagement.runs.store import RunUnderWayError


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is asked: `subject_id` is the contract's, or the amendment's id."""

    kind: RunKind
    subject_id: str
    version: int
    idempotency_key: str
    correlation_id: str

    @property
    def input_hash(self) -> str:
        """What makes two requests under one key the same request."""
        content = [self.kind.value, self.subject_id, self.version]
        return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


async def request_run(desk: Desk, caller: Caller, request: RunRequest) -> Run:
    """Decide, and start the run or let it wait for approval; the same key gives the same run.

    Nothing is written to any system of record before the policy has decided. Raises
    `CommandRefused` and what reads of the ports raise.
    """
    held = desk.store.by_key(caller.subject, request.idempotency_key)
    if held is not None:
        return await _repeated(desk, held, request)
    subject = await desk.read_subject(request.kind, request.subject_id)
    judgement = await desk.judge(caller, ACTIONS[request.kind], subject, request.subject_id)
    check_version(subject, request.version)
    try:
        preparing.check_state(subject)
    except preparing.Parked as parked:
        raise NotApplicable(parked.message, str(parked.detail["state"])) from parked
    run = _new_run(desk, caller, request, subject, judgement)
    try:
        stored = desk.store.add(run)
    except RunUnderWayError as error:
        raise RunUnderWay(error.run_id) from error
    if stored.id != run.id:
        return await _repeated(desk, stored, request)
    details = {
        "kind": run.kind.value,
        "contractId": run.contract_id,
        "subjectId": run.subject_id,
        "version": request.version,
        "state": run.state.value,
        "correlationId": run.correlation_id,
    }
    await desk.record("run.requested", caller, run, details)
    if run.state is RunState.WAITING:
        waiting = {"awaitedRoles": list(run.awaited_roles)}
        desk.store.add_event(*run_event(run, "run.waiting", run.created_at, waiting))
    await desk.drive(run)
    return run


async def _repeated(desk: Desk, held: Run, request: RunRequest) -> Run:
    if held.input_hash != request.input_hash:
        raise KeyReused
    # A crash may have come between storing the run and starting it.
    await desk.drive(held)
    return held


def _new_run(
    desk: Desk, caller: Caller, request: RunRequest, subject: Subject, judgement: Judgement
) -> Run:
    contract, amendment, decision = subject.contract, subject.amendment, judgement.decision
    waits = isinstance(decision, NeedsApproval)
    kind = contract.engagement_type
    return Run(
        id=desk.new_id(),
        kind=request.kind,
        contract_id=contract.id,
        subject_id=request.subject_id,
        contract_version=request.version,
        region=contract.region,
        legal_entity=contract.legal_entity,
        engagement_type=kind.value if kind else "",
        author=amendment.author if amendment else contract.author,
        lead=contract.lead,
        requester=dump_caller(caller),
        requested_by=caller.subject,
        idempotency_key=request.idempotency_key,
        input_hash=request.input_hash,
        correlation_id=request.correlation_id,
        state=RunState.WAITING if waits else RunState.RUNNING,
        direction=Direction.FORWARD,
        stretch=1,
        created_at=judgement.at,
        updated_at=judgement.at,
        finished_at=None,
        next_attempt_at=None,
        awaited_roles=tuple(sorted(decision.by)) if isinstance(decision, NeedsApproval) else (),
        steps=desk.step_runs(request.kind),
        decisions=(judgement.record,),
    )
