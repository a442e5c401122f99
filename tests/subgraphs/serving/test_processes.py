"""Writes that only processes may make: who is refused, and what the trail tells afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from auth.audit.sqlite import SqliteAuditTrail
from auth.caller import Caller, CallerKind
from auth.policies.vocabulary import Action
from subgraphs.serving.context import RequestContext
from subgraphs.serving.errors import BadInputError, ForbiddenError, ServingError
from subgraphs.serving.loading import Loaders
from subgraphs.serving.processes import PROCESS_SCOPE, ProcessServices, Step, execute
from subgraphs.systems_of_record.errors import Refused
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.common import System

PROCESS = Caller(
    "process-engine",
    kind=CallerKind.SERVICE,
    scopes=frozenset({PROCESS_SCOPE, Action.READ_ENGAGEMENT.value}),
    all_regions=True,
    all_legal_entities=True,
)
STEP = Step("release", "CTR-1", "run-1/step-2", {"milestoneId": "MS-1"})


@dataclass(frozen=True, slots=True)
class Place:
    region: str = "EMEA"
    legal_entity: str = "DE01"


class Ledger:
    """Counts the writes that were really made."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.writes = 0

    async def write(self) -> str:
        self.writes += 1
        if self.failure is not None:
            raise self.failure
        return "written"


async def here() -> Place:
    return Place()


async def nowhere() -> None:
    return None


@pytest.fixture
def trail(tmp_path: Path) -> SqliteAuditTrail:
    return SqliteAuditTrail(tmp_path / "audit.db")


def context(trail: SqliteAuditTrail | None, caller: Caller = PROCESS) -> RequestContext:
    return RequestContext(
        caller=caller,
        correlation_id="request-1",
        systems=cast("Systems", None),
        lineage=None,
        loaders=Loaders(),
        services=ProcessServices(trail) if trail else None,
    )


async def test_intent_and_outcome_are_on_record(trail: SqliteAuditTrail) -> None:
    ledger = Ledger()
    assert await execute(context(trail), STEP, here, ledger.write) == "written"
    entries = [chained.entry for chained in trail.entries(about="contract:CTR-1")]
    assert [entry.kind for entry in entries] == ["write.intended", "write.done"]
    assert {entry.subject for entry in entries} == {"process-engine"}
    assert entries[0].details["inputs"] == {"milestoneId": "MS-1"}


async def test_the_same_key_again_is_recorded_once_and_for_another_write_refused(
    trail: SqliteAuditTrail,
) -> None:
    ledger = Ledger()
    await execute(context(trail), STEP, here, ledger.write)
    await execute(context(trail), STEP, here, ledger.write)
    assert trail.length() == 2
    with pytest.raises(BadInputError):
        other = replace(STEP, inputs={"milestoneId": "MS-2"})
        await execute(context(trail), other, here, ledger.write)
    assert ledger.writes == 2


async def test_a_failure_is_on_record_and_raised(trail: SqliteAuditTrail) -> None:
    ledger = Ledger(Refused(System.ERP, "release", "no"))
    with pytest.raises(Refused):
        await execute(context(trail), STEP, here, ledger.write)
    last = list(trail.entries())[-1].entry
    assert (last.kind, last.details["error"]) == ("write.failed", "Refused")


@pytest.mark.parametrize(
    "caller",
    [
        replace(PROCESS, kind=CallerKind.PERSON),
        replace(PROCESS, kind=CallerKind.AGENT),
        replace(PROCESS, scopes=frozenset()),
    ],
)
async def test_nobody_but_a_process_may_write(trail: SqliteAuditTrail, caller: Caller) -> None:
    ledger = Ledger()
    with pytest.raises(ForbiddenError):
        await execute(context(trail, caller), STEP, here, ledger.write)
    assert (ledger.writes, trail.length()) == (0, 0)


@pytest.mark.parametrize("key", ["", "x" * 151, "clé"])
async def test_an_unusable_key_is_refused(trail: SqliteAuditTrail, key: str) -> None:
    ledger = Ledger()
    with pytest.raises(BadInputError):
        await execute(context(trail), replace(STEP, key=key), here, ledger.write)
    assert ledger.writes == 0


async def test_nothing_is_written_out_of_scope_or_without_a_trail(trail: SqliteAuditTrail) -> None:
    ledger = Ledger()
    for made, locate in ((context(trail), nowhere), (context(None), here)):
        with pytest.raises(ServingError):
            await execute(made, STEP, locate, ledger.write)
    assert (ledger.writes, trail.length()) == (0, 0)
