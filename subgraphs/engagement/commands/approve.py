"""Approve or reject a run that waits."""

from __future__ import annotations

from dataclasses import replace

from auth.caller import Caller
from auth.decision import Deny, NeedsApproval
from auth.policies.facts import Approval
from auth.policies.vocabulary import Action
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.commands.refusals import NotApplicable, PolicyDenied
from subgraphs.engagement.governance import ACTIONS, Judgement, approvals_of
from subgraphs.engagement.runs import transitions
from subgraphs.engagement.runs.callers import load_caller
from subgraphs.engagement.runs.run import ApprovalRecord, Run, RunState


async def approve_run(desk: Desk, caller: Caller, run_id: str, comment: str) -> Run:
    """Approve in the roles that the run waits for; it starts once none is missing.

    The approver is judged, and then the change itself again, on facts read now: an approval
    bypasses no rule. If the change is denied by now, the approval does not stand either. Raises
    `CommandRefused` and what reads of the ports raise.
    """
    run = _waiting(desk.get(run_id))
    await desk.judge_run(caller, Action.APPROVE_RUN, run)
    at = desk.governance.now()
    given = tuple(
        ApprovalRecord(caller.subject, role, True, comment, at)
        for role in run.awaited_roles
        if role in caller.roles
    )[:1]  # one person, one approval: two roles in one hand are still one pair of eyes
    judgement = await _judge_again(desk, run, given)
    if isinstance(judgement.decision, Deny):
        raise PolicyDenied(judgement.content)

    def approved(held: Run) -> Run:
        _waiting(held)
        if held.approvals != run.approvals:
            raise NotApplicable("The run has changed meanwhile; look again.", held.state.value)
        noted = replace(
            held,
            approvals=(*held.approvals, *given),
            decisions=(*held.decisions, judgement.record),
            updated_at=at,
        )
        if isinstance(judgement.decision, NeedsApproval):
            return replace(noted, awaited_roles=tuple(sorted(judgement.decision.by)))
        return transitions.resumed(noted, at)

    changed = desk.change(run_id, approved)
    details = {"comment": comment, "roles": [each.role for each in given]}
    await desk.record("run.approved", caller, changed, details)
    await desk.drive(changed)
    return changed


async def reject_run(desk: Desk, caller: Caller, run_id: str, reason: str) -> Run:
    """End a run that waits. Raises `CommandRefused`."""
    run = _waiting(desk.get(run_id))
    await desk.judge_run(caller, Action.REJECT_RUN, run)
    at = desk.governance.now()
    role = next((role for role in run.awaited_roles if role in caller.roles), "")
    record = ApprovalRecord(caller.subject, role, False, reason, at)

    def rejected(held: Run) -> Run:
        noted = replace(_waiting(held), approvals=(*held.approvals, record), awaited_roles=())
        return transitions.ended(noted, RunState.REJECTED, at)

    changed = desk.change(run_id, rejected)
    await desk.record("run.rejected", caller, changed, {"reason": reason})
    return changed


def _waiting(run: Run) -> Run:
    if run.state is not RunState.WAITING:
        raise NotApplicable("The run does not wait for an approval.", run.state.value)
    return run


async def _judge_again(desk: Desk, run: Run, given: tuple[ApprovalRecord, ...]) -> Judgement:
    requester = load_caller(run.requester)
    subject = await desk.read_subject(run.kind, run.subject_id)
    approvals = (*approvals_of(run), *(Approval(each.subject, each.role) for each in given))
    judgement = await desk.governance.judge_change(
        requester, ACTIONS[run.kind], subject.contract, subject.amendment, approvals
    )
    await desk.governance.record_judgement(judgement, requester, run.id)
    return judgement
