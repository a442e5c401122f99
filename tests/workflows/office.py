"""A desk over a running sandbox, people to ask it, and what to look at afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from auth.audit.verify import Verification, verify_chain
from auth.caller import Caller, CallerKind
from auth.policies.vocabulary import Action
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.commands.request import RunRequest, request_run
from subgraphs.engagement.runs.retrying import RetryPolicy
from subgraphs.engagement.runs.run import FINAL, Run, RunKind, RunState
from subgraphs.engagement.wiring import EngagementSettings, open_desk
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.clm import Amendment, Contract
from tests.kit.sandbox import RunningSandbox, systems

EVERYWHERE = {"all_regions": True, "all_legal_entities": True}
LEAD = Caller("lena", roles=frozenset({"delivery_lead", "procurement"}), **EVERYWHERE)
FINANCE = Caller("fritz", roles=frozenset({"finance_approver"}), **EVERYWHERE)
EXECUTIVE = Caller("eva", roles=frozenset({"executive"}), **EVERYWHERE)
OPERATIONS = Caller("olga", roles=frozenset({"integration_operations"}), **EVERYWHERE)
SERVICE = Caller(
    "portal",
    kind=CallerKind.SERVICE,
    scopes=frozenset({Action.PROVISION.value, Action.PREVIEW_PROVISIONING.value}),
    **EVERYWHERE,
)
OUTSIDER = replace(LEAD, subject="otto", all_regions=False, regions=frozenset({"NOWHERE"}))

# The sandbox's firm: see `subgraphs/systems_of_record/sandbox/seed/outline.py`.
READY = {
    "TIME_AND_MATERIALS": "CTR-000011",
    "FIXED_FEE": "CTR-000020",
    "RETAINER": "CTR-000029",
    "MILESTONE": "CTR-000038",
}
STILL = FINAL | {RunState.WAITING, RunState.EXCEPTION}
HURRIED = RetryPolicy(first=0.02, longest=0.05, give_up_after=timedelta(seconds=60))

Snapshot = Mapping[tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Office:
    """What a test works with."""

    desk: Desk
    systems: Systems
    sandbox: RunningSandbox

    async def contract(self, contract_id: str) -> Contract:
        return (await self.systems.clm.contracts([contract_id]))[contract_id]

    async def amendment(self, amendment_id: str) -> Amendment:
        return (await self.systems.clm.amendments([amendment_id]))[amendment_id]

    async def provision(
        self, contract_id: str, *, caller: Caller = LEAD, key: str = "", version: int = 1
    ) -> Run:
        kind, key = RunKind.PROVISION_ENGAGEMENT, key or f"provision {contract_id}"
        return await request_run(
            self.desk, caller, RunRequest(kind, contract_id, version, key, "correlated")
        )

    async def amend(
        self, amendment_id: str, *, caller: Caller = LEAD, key: str = "", base: int | None = None
    ) -> Run:
        version = (await self.amendment(amendment_id)).base_version if base is None else base
        kind, key = RunKind.APPLY_AMENDMENT, key or f"amend {amendment_id}"
        return await request_run(
            self.desk, caller, RunRequest(kind, amendment_id, version, key, "correlated")
        )

    async def settled(self, run: Run | str) -> Run:
        """The run once it stands still: finished, parked or waiting."""
        return await self.until(run, *STILL)

    async def until(self, run: Run | str, *states: RunState) -> Run:
        run_id = run if isinstance(run, str) else run.id
        async with asyncio.timeout(30):
            while True:
                held = self.desk.get(run_id)
                if held.state in states:
                    return held
                await asyncio.sleep(0.01)

    def snapshot(self) -> Snapshot:
        """The version of every object of every system."""
        return {
            (path.stem, kind, id): version
            for path in sorted(self.sandbox.systems_file.parent.glob("*.db"))
            for kind, id, version in _objects(path)
        }

    def verified(self) -> Verification:
        trail = self.desk.governance.trail
        return verify_chain(trail.entries(), expected_length=trail.length())

    def audited(self, about: str) -> list[str]:
        """The kinds of the entries about a run or a contract, in order."""
        return [each.entry.kind for each in self.desk.governance.trail.entries(about=about)]


@asynccontextmanager
async def open_office(
    sandbox: RunningSandbox, folder: Path, **changed: Any
) -> AsyncIterator[Office]:
    settings = EngagementSettings(folder, retry=HURRIED, sweep_seconds=0.1, **changed)
    async with systems(sandbox) as connected, open_desk(settings, connected) as desk:
        yield Office(desk, connected, sandbox)


def created(before: Snapshot, after: Snapshot) -> dict[tuple[str, str], int]:
    """How many objects of each kind came into being."""
    new: dict[tuple[str, str], int] = {}
    for system, kind, _ in after.keys() - before.keys():
        new[system, kind] = new.get((system, kind), 0) + 1
    return new


def touched(before: Snapshot, after: Snapshot) -> set[tuple[str, str]]:
    """The kinds of which objects were created or changed."""
    return {key[:2] for key, version in after.items() if before.get(key) != version}


_NO_OBJECTS = {"receipts", "events", "meta", "sqlite_sequence"}


def _objects(path: Path) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            if name not in _NO_OBJECTS:
                rows = connection.execute(f'SELECT id, version FROM "{name}"')  # noqa: S608
                found += [(name, id, str(version)) for id, version in rows]
    return found
