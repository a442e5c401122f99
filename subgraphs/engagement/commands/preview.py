"""What a run would do, and whether it may: nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from auth.caller import Caller
from auth.policies.vocabulary import Action
from subgraphs.engagement.commands.desk import Desk, check_version
from subgraphs.engagement.governance import ACTIONS, Judgement
from subgraphs.engagement.model.plan import Operation, Write
from subgraphs.engagement.model.validation import Finding
from subgraphs.engagement.runs import preparing
from subgraphs.engagement.runs.run import RunKind
from subgraphs.systems_of_record.records.clm import Contract

PREVIEWS: Mapping[RunKind, Action] = MappingProxyType(
    {
        RunKind.PROVISION_ENGAGEMENT: Action.PREVIEW_PROVISIONING,
        RunKind.APPLY_AMENDMENT: Action.PREVIEW_AMENDMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Preview:
    """The writes in their order, the decision that the run itself would get, the obstacles."""

    contract: Contract
    writes: tuple[Write, ...]
    findings: tuple[Finding, ...]
    judgement: Judgement


async def preview_run(
    desk: Desk, caller: Caller, kind: RunKind, subject_id: str, version: int | None
) -> Preview:
    """Compute the impact, at the current version where none is named.

    Raises `CommandRefused` (if even looking is denied) and as reads do."""
    subject = await desk.read_subject(kind, subject_id)
    await desk.judge(caller, PREVIEWS[kind], subject, subject_id)
    check_version(subject, subject.contract.version if version is None else version)
    judgement = await desk.governance.judge_change(
        caller, ACTIONS[kind], subject.contract, subject.amendment
    )
    contract = subject.contract
    try:
        preparing.check_state(subject)
    except preparing.Parked as parked:
        found = (Finding(parked.code, parked.message),)
        return Preview(contract, (), found, judgement)
    impact = await desk.preparation.impact(kind, subject)
    writes = tuple(w for w in impact.writes if w.operation is not Operation.MATCH)
    return Preview(contract, writes, impact.findings, judgement)
