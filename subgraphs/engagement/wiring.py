"""Where the engagement subgraph's parts are put together, once.

environment → the systems of record, the data folder → store, trail, governance,
preparation, worker → the durable engine → the desk that commands are taken at
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from types import MappingProxyType

from sqlalchemy.exc import SQLAlchemyError

from auth.audit.sqlite import SqliteAuditTrail
from subgraphs.engagement.commands.desk import Desk
from subgraphs.engagement.durable.dbos_engine import DbosSettings, dbos_engine
from subgraphs.engagement.governance import Governance
from subgraphs.engagement.places import AUDIT_FILE_NAME, audit_path, engagement_folder
from subgraphs.engagement.runs.driver import run_body
from subgraphs.engagement.runs.preparing import Preparation
from subgraphs.engagement.runs.retrying import RetryPolicy
from subgraphs.engagement.runs.run import RunKind
from subgraphs.engagement.runs.store import RunStore
from subgraphs.engagement.runs.worker import RunWorker
from subgraphs.engagement.runs.writing import Writing
from subgraphs.engagement.workflows.apply_amendment import APPLY_AMENDMENT
from subgraphs.engagement.workflows.provision_engagement import PROVISION_ENGAGEMENT
from subgraphs.engagement.workflows.workflow import Workflow
from subgraphs.serving.backends import (
    Backends,
    OpenBackends,
    systems_of,
)
from subgraphs.systems_of_record.ports import Systems

logger = logging.getLogger(__name__)

GROUP_CURRENCY = "C2C_GROUP_CURRENCY"

WORKFLOWS: Mapping[RunKind, Workflow] = MappingProxyType(
    {
        RunKind.PROVISION_ENGAGEMENT: PROVISION_ENGAGEMENT,
        RunKind.APPLY_AMENDMENT: APPLY_AMENDMENT,
    }
)


@dataclass(frozen=True, slots=True)
class EngagementSettings:
    """`folder` holds runs and workflows, `audit_file` the trail (None: in the folder too).

    `group_currency` is the ISO 4217 code that the policies' thresholds are in.
    """

    folder: Path
    audit_file: Path | None = None
    group_currency: str = "EUR"
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    sweep_seconds: float = 2.0
    housekeeping_seconds: float = 300.0
    keep_workflows: timedelta = timedelta(days=30)


def engagement_backends(environment: Mapping[str, str]) -> OpenBackends:
    """The subgraph's backends: the systems of record, and a `Desk` as its services.

    `C2C_DATA_DIR` is where state is kept (default: `data`), `C2C_AUDIT_FILE` the audit trail if
    it is elsewhere, `C2C_GROUP_CURRENCY` the currency of
    the policies' thresholds (default: EUR). Raises `BackendsSettingsError`.
    """
    open_systems = systems_of(environment)
    folder = engagement_folder(environment)
    currency = environment.get(GROUP_CURRENCY) or "EUR"

    @asynccontextmanager
    async def opened() -> AsyncIterator[Backends]:
        async with open_systems() as base:
            settings = EngagementSettings(folder, audit_path(environment), currency)
            async with open_desk(settings, base.systems) as desk:
                yield Backends(base.systems, desk)

    return opened


@asynccontextmanager
async def open_desk(settings: EngagementSettings, systems: Systems) -> AsyncIterator[Desk]:
    """The desk over these systems, with its engine running while it is entered."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    store = RunStore(settings.folder / "runs.db")
    trail = SqliteAuditTrail(settings.audit_file or settings.folder / AUDIT_FILE_NAME)
    governance = Governance(systems, trail, _now, _run_id, settings.group_currency)
    preparation = Preparation(systems, governance, WORKFLOWS)
    writing = Writing(systems, store, governance, _now)
    worker = RunWorker(preparation, writing, settings.retry, SystemRandom())
    engine_settings = DbosSettings(settings.folder, sweep_seconds=settings.sweep_seconds)
    async with dbos_engine(engine_settings, run_body(worker)) as engine:
        desk = Desk(systems, store, engine, governance, preparation, WORKFLOWS, _run_id)
        await desk.resume()
        housekeeper = asyncio.create_task(_keep_house(desk, settings))
        try:
            yield desk
        finally:
            housekeeper.cancel()
            with suppress(asyncio.CancelledError):
                await housekeeper


async def _keep_house(desk: Desk, settings: EngagementSettings) -> None:
    """Drive what another process of the machine stored and could not start; forget old workflows.

    Runs and the audit trail are kept: only the engine's own bookkeeping is purged.
    """
    while True:
        await asyncio.sleep(settings.housekeeping_seconds)
        try:
            await desk.resume()
            purged = await desk.engine.purge(_now() - settings.keep_workflows)
        except (SQLAlchemyError, sqlite3.Error):
            logger.exception("housekeeping failed, will try again")
        else:
            logger.info("housekeeping: %d old workflows purged", purged)


def _now() -> datetime:
    return datetime.now(UTC)


def _run_id() -> str:
    """Sorts by time, as lists of runs are ordered by id; the rest makes it unguessable."""
    return f"run-{time.time_ns() // 1_000_000:012x}-{os.urandom(6).hex()}"
