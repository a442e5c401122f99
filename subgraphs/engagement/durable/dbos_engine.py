"""The engine on DBOS, with its system tables in a SQLite file.

What DBOS does not do by itself, and this does: write-ahead logging for the file; a fixed
application version (the default hashes the source, so that a deployment would orphan what is
under way) and an executor id that is unique to the process; JSON in the tables instead of
pickles; recovery of what a dead executor left; refusal of an id that is used for another input.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetWorkflowID,
    WorkflowSerializationFormat,
)

from auth.audit.entry import canonical_json
from subgraphs.engagement.durable.executors import ExecutorLocks
from subgraphs.engagement.durable.port import Body, InputMismatchError, Json, Phase

logger = logging.getLogger(__name__)

# Raise it only together with a change in the order of journal entries, and let what is under way
# at the old version finish on executors of the old version first.
APPLICATION_VERSION = "1"
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(frozen=True, slots=True)
class DbosSettings:
    """Where the engine keeps its state; how often it looks for dead executors, in seconds."""

    folder: Path
    name: str = "engagement"
    sweep_seconds: float = 2.0


class _DbosJournal:
    """DBOS numbers the entries of a workflow in their order; names are for people."""

    async def step(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        async def run() -> Json:
            return await work()

        return await DBOS.run_step_async({"name": name}, run)

    async def pause(self, seconds: float) -> None:
        await DBOS.sleep_async(seconds)


class DbosEngine:
    """See `DurableEngine`. There is one in a process: DBOS keeps its state in module globals."""

    def __init__(self, workflow: Callable[..., Any]) -> None:
        self._workflow = workflow

    async def start(self, workflow_id: str, given: Mapping[str, Json]) -> None:
        """See `DurableEngine.start`."""
        text = canonical_json(dict(given))
        held = await self._input(workflow_id)
        if held is None:
            with SetWorkflowID(workflow_id):
                await DBOS.start_workflow_async(self._workflow, text)
            # Read again: of two that start one id at the same time, one finds the other's input.
            held = await self._input(workflow_id) or text
        if held != text:
            raise InputMismatchError(
                f"workflow {workflow_id} has input {_digest(held)}, not {_digest(text)}"
            )

    async def _input(self, workflow_id: str) -> str | None:
        status = await DBOS.get_workflow_status_async(workflow_id)
        return None if status is None or not status.input else str(status.input["args"][0])

    async def phase(self, workflow_id: str) -> Phase | None:
        """See `DurableEngine.phase`."""
        status = await DBOS.get_workflow_status_async(workflow_id)
        if status is None:
            return None
        if status.status == "SUCCESS":
            return Phase.ENDED
        return Phase.FAILED if status.status in _ENDED else Phase.UNDER_WAY

    async def purge(self, ended_before: datetime) -> int:
        """See `DurableEngine.purge`."""
        ended = await DBOS.list_workflows_async(
            status=list(_ENDED), end_time=ended_before.astimezone(UTC).isoformat()
        )
        ids = [each.workflow_id for each in ended]
        if ids:
            await DBOS.delete_workflows_async(ids)
        return len(ids)


@asynccontextmanager
async def dbos_engine(settings: DbosSettings, body: Body) -> AsyncIterator[DbosEngine]:
    """The engine while it is entered, on the running event loop.

    What was under way in executors that have ended is taken up at once, and again whenever one
    of the machine's executors ends.
    """
    executor_id = uuid.uuid4().hex
    settings.folder.mkdir(parents=True, exist_ok=True)
    locks = ExecutorLocks(settings.folder / "executors", executor_id)
    locks.hold()
    DBOS(config=_config(settings, executor_id))
    running: set[asyncio.Task[Any]] = set()
    engine = DbosEngine(_register(settings.name, body, running))
    DBOS.launch()
    sweeper = asyncio.create_task(_sweep(locks, settings.sweep_seconds))
    try:
        yield engine
    finally:
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        # Cancelled, bodies stay as they are for the next executor; left alone, they would go on
        # without an engine to record what they do.
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        # DBOS has made its thread pool the loop's default, and shut it down just now.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        locks.release()


def _config(settings: DbosSettings, executor_id: str) -> DBOSConfig:
    path = settings.folder / "workflows.db"
    return {
        "name": settings.name,
        "system_database_url": f"sqlite:///{path}",
        "system_database_engine": _sqlite(path),
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        # No workflow waits for a notification: all that this decides is how soon the (idle)
        # listener notices that it should end.
        "notification_listener_polling_interval_sec": 0.1,
        "enable_otlp": False,
    }


def _sqlite(path: Path) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")

    @sqlalchemy.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=30000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _register(name: str, body: Body, running: set[asyncio.Task[Any]]) -> Callable[..., Any]:
    journal = _DbosJournal()

    @DBOS.workflow(
        name=f"{name}.run",
        max_recovery_attempts=None,
        serialization_type=WorkflowSerializationFormat.PORTABLE,
    )
    async def run(given: str) -> None:
        task = asyncio.current_task()
        if task is not None:
            running.add(task)
            task.add_done_callback(running.discard)
        await body(journal, json.loads(given))

    return run


async def _sweep(locks: ExecutorLocks, every: float) -> None:
    while True:
        for dead in await asyncio.to_thread(locks.take_over):
            try:
                await asyncio.to_thread(DBOS._recover_pending_workflows, [dead.id])
            except sqlalchemy.exc.SQLAlchemyError:
                logger.exception("could not take over executor %s, will try again", dead.id)
                dead.abandoned()
            else:
                dead.recovered()
        await asyncio.sleep(every)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
