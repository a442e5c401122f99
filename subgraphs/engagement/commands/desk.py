"""What all commands work with, and what several of them do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auth.caller import Caller
from auth.decision import Deny
from auth.policies.vocabulary import Action
from subgraphs.engagement.commands.refusals import (
    NotFound,
    PolicyDenied,
    RunUnderWay,
    StaleVersion,
)
from subgraphs.engagement.durable.port import DurableEngine
from subgraphs.engagement.governance import Governance, Judgement
from subgraphs.engagement.runs.driver import PREPARE, stretch_input
from subgraphs.engagement.runs.preparing import Preparation, Subject
from subgraphs.engagement.runs.run import DRIVEN, Run, RunKind, StepRun
from subgraphs.engagement.runs.store import RunFilter, RunStore, RunUnderWayError, UnknownRunError
from subgraphs.engagement.workflows.workflow import Workflow
from subgraphs.systems_of_record.ports import Systems

# Runs are resumed in pages, so that a long list does not sit in memory at start-up.
RESUME_PAGE = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """Where commands are taken. `new_id` gives ids that sort by time."""

    systems: Systems
    store: RunStore
    engine: DurableEngine
    governance: Governance
    preparation: Preparation
    workflows: Mapping[RunKind, Workflow]
    new_id: Callable[[], str]

    async def read_subject(self, kind: RunKind, subject_id: str) -> Subject:
        """The contract, and the amendment when amending. Raises `NotFound`, as ports do."""
        clm = self.systems.clm
        if kind is RunKind.PROVISION_ENGAGEMENT:
            contract = (await clm.contracts([subject_id])).get(subject_id)
            if contract is None:
                raise NotFound(f"There is no contract {subject_id}.")
            return Subject(contract, None)
        amendment = (await clm.amendments([subject_id])).get(subject_id)
        if amendment is None:
            raise NotFound(f"There is no amendment {subject_id}.")
        contracts = await clm.contracts([amendment.contract_id])
        return Subject(contracts[amendment.contract_id], amendment)

    async def judge(
        self, caller: Caller, action: Action, subject: Subject, about: str
    ) -> Judgement:
        """Decide, put it on record. Raises `PolicyDenied`."""
        judgement = await self.governance.judge_change(
            caller, action, subject.contract, subject.amendment
        )
        await self.governance.record_judgement(judgement, caller, about)
        return _allowed(judgement)

    async def judge_run(self, caller: Caller, action: Action, run: Run) -> Judgement:
        """Decide on something to be done with a run, put it on record. Raises `PolicyDenied`."""
        judgement = self.governance.judge_run(caller, action, run)
        await self.governance.record_judgement(judgement, caller, run.id)
        return _allowed(judgement)

    def get(self, run_id: str) -> Run:
        """The run. Raises `NotFound`."""
        run = self.store.get(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        return run

    def change(self, run_id: str, function: Callable[[Run], Run]) -> Run:
        """Change a run. Raises `NotFound`, `RunUnderWay`, and what the function raises."""
        try:
            return self.store.change(run_id, function)
        except UnknownRunError:
            raise NotFound(f"There is no run {run_id}.") from None
        except RunUnderWayError as error:
            raise RunUnderWay(error.run_id) from error

    async def drive(self, run: Run) -> None:
        """Have the engine work on the run's current stretch; once, however often it is asked."""
        if run.state in DRIVEN:
            steps = [step.name for step in self.workflows[run.kind].steps]
            given = stretch_input(run.id, run.stretch, steps, backward=run.stretch_backward)
            await self.engine.start(run.workflow_id, given)

    async def resume(self) -> int:
        """Drive every run that ought to be driven: what a crash left between storing a run and
        starting its workflow. Returns how many there are."""
        after, count = None, 0
        while page := self.store.list(
            RunFilter(states=tuple(sorted(DRIVEN))), first=RESUME_PAGE, after=after
        ):
            for run in page:
                await self.drive(run)
            after, count = page[-1].id, count + len(page)
        return count

    def step_runs(self, kind: RunKind) -> tuple[StepRun, ...]:
        """The steps of a new run."""
        steps = self.workflows[kind].steps
        named = (StepRun(step.name, step.system.value if step.system else None) for step in steps)
        return (StepRun(PREPARE, None), *named)

    async def record(self, kind: str, caller: Caller, run: Run, details: Mapping[str, Any]) -> None:
        """Put what somebody did with a run on record."""
        await self.governance.record(kind, caller.subject, run.id, details)


def check_version(subject: Subject, asked: int) -> None:
    """Raises `StaleVersion` unless the contract, and the amendment's base, are at that version."""
    current = subject.contract.version
    base = subject.amendment.base_version if subject.amendment else asked
    if asked != current or base != current:
        raise StaleVersion(asked if asked != current else base, current)


def _allowed(judgement: Judgement) -> Judgement:
    if isinstance(judgement.decision, Deny):
        raise PolicyDenied(judgement.content)
    return judgement
