"""The first step of every run: judge on current facts, validate, plan every write."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from auth.decision import Deny, NeedsApproval
from subgraphs.engagement.governance import ACTIONS, Governance, approvals_of
from subgraphs.engagement.model.allotment import OverspentError
from subgraphs.engagement.model.amended import amended
from subgraphs.engagement.model.landscape import Landscape, read_basis, read_landscape
from subgraphs.engagement.model.plan import PendingId, PlanCase, Write
from subgraphs.engagement.model.validation import Finding, findings
from subgraphs.engagement.runs.callers import load_caller
from subgraphs.engagement.runs.run import DecisionRecord, Run, RunKind
from subgraphs.engagement.workflows.workflow import Workflow
from subgraphs.systems_of_record.amending import InapplicableAmendmentError
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.clm import (
    Amendment,
    AmendmentState,
    Contract,
    ContractState,
)


class Parked(Exception):  # noqa: N818  (an outcome: the run is now somebody's to decide)
    """The run cannot go on by itself."""

    def __init__(self, code: str, message: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail or {}


class ApprovalMissing(Exception):  # noqa: N818  (an outcome)
    """The current facts call for approvals that were not given."""

    def __init__(self, roles: frozenset[str], decision: DecisionRecord) -> None:
        super().__init__(", ".join(sorted(roles)))
        self.roles = roles
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Subject:
    """What a run is about; the amendment is None when provisioning."""

    contract: Contract
    amendment: Amendment | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run goes by from here on."""

    decision: DecisionRecord
    writes: tuple[Write, ...]
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that would be written, and what stands in the way of it."""

    writes: tuple[Write, ...]
    findings: tuple[Finding, ...]
    case: PlanCase | None


@dataclass(frozen=True, slots=True)
class Preparation:
    """Reads only; also what previews are made by."""

    systems: Systems
    governance: Governance
    workflows: Mapping[RunKind, Workflow]

    async def prepare(self, run: Run) -> Prepared:
        """Everything before the first write. Raises `Parked`, `ApprovalMissing`, as ports do."""
        subject = await self.subject(run)
        check_version(subject, run.contract_version)
        check_state(subject)
        decision = await self._judge(run, subject)
        impact = await self.impact(run.kind, subject)
        if impact.findings or impact.case is None:
            text = " ".join(finding.message for finding in impact.findings)
            found = [{"code": f.code, "message": f.message} for f in impact.findings]
            raise Parked("VALIDATION_FAILED", text, {"findings": found})
        return Prepared(decision, impact.writes, _known_ids(impact.case.landscape))

    async def impact(self, kind: RunKind, subject: Subject) -> Impact:
        """What the process would write now."""
        contract, amendment = subject.contract, subject.amendment
        basis, landscape = await asyncio.gather(
            read_basis(self.systems, contract), self.landscape(contract)
        )
        found = findings(basis, landscape)
        if found:
            return Impact((), found, None)
        try:
            case = (
                PlanCase(basis, landscape)
                if amendment is None
                else PlanCase(amended(basis, amendment), landscape, basis, amendment)
            )
            return Impact(self.workflows[kind].plan(case), (), case)
        except (InapplicableAmendmentError, OverspentError) as error:
            text = f"The amendment cannot be applied: {error}."
            return Impact((), (Finding("NOT_APPLICABLE", text),), None)

    async def subject(self, run: Run) -> Subject:
        """The run's contract and amendment as they are now. Raises `Parked`."""
        clm = self.systems.clm
        contract = (await clm.contracts([run.contract_id])).get(run.contract_id)
        amendment = None
        if run.kind is RunKind.APPLY_AMENDMENT:
            amendment = (await clm.amendments([run.subject_id])).get(run.subject_id)
        if contract is None or (amendment is None and run.kind is RunKind.APPLY_AMENDMENT):
            raise Parked("SUBJECT_MISSING", "The contract or the amendment no longer exists.")
        return Subject(contract, amendment)

    async def landscape(self, contract: Contract) -> Landscape:
        """What the systems hold for the contract now."""
        return await read_landscape(self.systems, contract, self.governance.now().date())

    async def _judge(self, run: Run, subject: Subject) -> DecisionRecord:
        caller = load_caller(run.requester)
        judgement = await self.governance.judge_change(
            caller, ACTIONS[run.kind], subject.contract, subject.amendment, approvals_of(run)
        )
        await self.governance.record_judgement(judgement, caller, run.id)
        decision = judgement.decision
        if isinstance(decision, Deny):
            text = " ".join(reason.message for reason in decision.reasons)
            raise Parked("POLICY_DENIED", text, judgement.content)
        if isinstance(decision, NeedsApproval):
            raise ApprovalMissing(decision.by, judgement.record)
        return replace(judgement.record, occasion="execution")


def check_version(subject: Subject, asked: int) -> None:
    """Raises `Parked` unless the contract, and the amendment's base, are at that version."""
    current = subject.contract.version
    base = subject.amendment.base_version if subject.amendment else asked
    if asked != current or base != current:
        detail = {"asked": asked, "current": current, "base": base}
        raise Parked("STALE_VERSION", f"The contract is at version {current}.", detail)


def check_state(subject: Subject) -> None:
    """Raises `Parked` unless the CLM has what is to be carried out as APPROVED."""
    contract, amendment = subject.contract, subject.amendment
    if amendment is not None and amendment.state is not AmendmentState.APPROVED:
        text = f"The amendment is {amendment.state.value}."
        raise Parked("NOT_APPROVED", text, {"state": amendment.state.value})
    expected = ContractState.APPROVED if amendment is None else ContractState.ACTIVE
    if contract.state is not expected:
        text = f"The contract is {contract.state.value}, not {expected.value}."
        raise Parked("NOT_APPROVED", text, {"state": contract.state.value})


def _known_ids(landscape: Landscape) -> Mapping[str, str]:
    held = {
        PendingId.ACCOUNT: landscape.account,
        PendingId.PROJECT: landscape.project,
        PendingId.DELIVERY_PROJECT: landscape.delivery_project,
    }
    return {name.value: record.id for name, record in held.items() if record is not None}
