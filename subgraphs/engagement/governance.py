"""Judge, and put the judgement on record: every decision of the processes passes through here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth.audit.entry import Entry
from auth.audit.trail import AuditTrail
from auth.caller import Caller
from auth.decision import Decision, as_json
from auth.policies.facts import Approval, Case, Facts
from auth.policies.judge import judge
from auth.policies.vocabulary import Action
from subgraphs.engagement.governing_facts import Question, gather_facts
from subgraphs.engagement.runs.run import DecisionRecord, Run, RunKind
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.clm import Amendment, Contract

ACTIONS: Mapping[RunKind, Action] = {
    RunKind.PROVISION_ENGAGEMENT: Action.PROVISION,
    RunKind.APPLY_AMENDMENT: Action.APPLY_AMENDMENT,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with the moment it was taken and what it was about."""

    decision: Decision
    action: Action
    at: datetime

    @property
    def content(self) -> Mapping[str, Any]:
        """The decision as JSON-ready data."""
        return {"action": self.action.value, **as_json(self.decision)}

    @property
    def record(self) -> DecisionRecord:
        """The decision as a run keeps it."""
        return DecisionRecord(self.at, self.action.value, json.dumps(self.content))


@dataclass(frozen=True, slots=True)
class Governance:
    """Facts, rules and the trail. `new_id` names what has no key of its own."""

    systems: Systems
    trail: AuditTrail
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    group_currency: str

    async def judge_change(
        self,
        caller: Caller,
        action: Action,
        contract: Contract,
        amendment: Amendment | None,
        approvals: tuple[Approval, ...] = (),
    ) -> Judgement:
        """Decide on provisioning or amending, on facts read now."""
        question = Question(contract, amendment, caller.subject, approvals)
        facts = await gather_facts(
            self.systems,
            question,
            group_currency=self.group_currency,
            today=self.now().date(),
        )
        return self.judge(caller, action, facts)

    def judge_run(self, caller: Caller, action: Action, run: Run) -> Judgement:
        """Decide on what somebody wants to do with a run."""
        facts = Facts(
            region=run.region,
            legal_entity=run.legal_entity,
            author=run.author,
            requester=run.requested_by,
            approvals=approvals_of(run),
            awaited_roles=frozenset(run.awaited_roles),
        )
        return self.judge(caller, action, facts)

    def judge(self, caller: Caller, action: Action, facts: Facts) -> Judgement:
        """Decide on given facts."""
        return Judgement(judge(Case(caller, action, facts)), action, self.now())

    async def record(
        self, kind: str, subject: str, about: str, details: Mapping[str, Any], key: str = ""
    ) -> None:
        """Append to the trail; without a key of its own, the entry is a new one."""
        entry = Entry(kind, subject, about, details, key or f"{kind}:{about}:{self.new_id()}")
        # An append waits for the disk; other requests must not.
        await asyncio.to_thread(self.trail.append, entry)

    async def record_judgement(self, judgement: Judgement, caller: Caller, about: str) -> None:
        """Put a decision on record, whatever it is."""
        await self.record("decision", caller.subject, about, judgement.content)


def approvals_of(run: Run) -> tuple[Approval, ...]:
    """The approvals given, as facts."""
    return tuple(Approval(each.subject, each.role) for each in run.approvals if each.approved)
