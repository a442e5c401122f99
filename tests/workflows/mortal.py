"""A program that drives one run and is killed at every step: run by `test_crashes`.

    python -m tests.workflows.mortal SYSTEMS_FILE FOLDER KIND SUBJECT VERSION POINT [LIVES]

A process that has imported everything forks a child; the child opens the desk, asks for the run
under a fixed key, and dies by SIGKILL when the run comes to a point of death that no child has
died at before. The next child recovers what the last one left, until one survives. Printed are
the points of death, one a line, and last the run's state.

POINT says where: `written` is between a write's effect in its system and any trace of it on our
side; `noted` is between our notes and the engine's checkpoint.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from dbos._queue import Queue

from auth.caller import Caller
from subgraphs.engagement.commands.request import RunRequest, request_run
from subgraphs.engagement.durable.port import Phase
from subgraphs.engagement.runs.run import FINAL, RunKind, RunState
from subgraphs.engagement.runs.worker import RunWorker
from subgraphs.engagement.wiring import WORKFLOWS, EngagementSettings, open_desk
from subgraphs.systems_of_record.connect import connect_file
from tests.workflows.office import HURRIED, LEAD

MAX_LIVES = 60
# What the libraries import only when they are first used: once here, rather than in every life.
LATE_IMPORTS = ("httpcore", "h2.connection", "anyio._backends._asyncio", "dbos._sys_db_sqlite")


def die_once(deaths: Path, name: str) -> None:
    """Kill this process, unless one has died here before."""
    if name not in (deaths.read_text().splitlines() if deaths.exists() else []):
        with deaths.open("a") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)


def kill_after_effect(deaths: Path) -> None:
    """Die as soon as a system has answered a write, before anything is noted of it."""
    kinds = {type(step) for workflow in WORKFLOWS.values() for step in workflow.steps}
    for kind in kinds:
        kind.do = _mortal_do(kind.do, deaths)  # type: ignore[method-assign]


def _mortal_do(do: Callable[..., Any], deaths: Path) -> Callable[..., Any]:
    async def mortal(self: Any, work: Any, write: Any, key: str) -> Any:
        receipt = await do(self, work, write, key)
        die_once(deaths, f"{write.step} {write.external_key}")
        return receipt

    return mortal


def kill_before_checkpoint(deaths: Path) -> None:
    """Die when an attempt is over, before the engine has recorded it."""
    for name in ("prepare", "carry_out", "finish"):
        setattr(RunWorker, name, _mortal_attempt(getattr(RunWorker, name), name, deaths))


def _mortal_attempt(attempt: Callable[..., Any], name: str, deaths: Path) -> Callable[..., Any]:
    async def mortal(self: Any, run_id: str, stretch: int, step: str = "") -> Any:
        answer = await (
            attempt(self, run_id, stretch, step) if step else attempt(self, run_id, stretch)
        )
        die_once(deaths, step or name)
        return answer

    return mortal


async def live(systems_file: Path, folder: Path, request: RunRequest, caller: Caller) -> RunState:
    """One life: recover, ask, wait for the end."""
    systems = connect_file(systems_file)
    settings = EngagementSettings(folder, retry=HURRIED, sweep_seconds=0.05)
    async with open_desk(settings, systems) as desk, asyncio.timeout(60):
        run = await request_run(desk, caller, request)
        # Death may also come between the run's end and the workflow's.
        while True:
            held, phase = desk.get(run.id), await desk.engine.phase(run.workflow_id)
            if phase is not Phase.UNDER_WAY and held.state in FINAL | {RunState.EXCEPTION}:
                break
            await asyncio.sleep(0.005)
    await systems.aclose()
    return held.state


def main(arguments: list[str]) -> None:
    """See the module's text."""
    systems_file, folder = Path(arguments[0]), Path(arguments[1])
    request = RunRequest(RunKind(arguments[2]), arguments[3], int(arguments[4]), "one key", "c")
    folder.mkdir(parents=True, exist_ok=True)
    deaths = folder / "deaths"
    # The engine looks for what is to be recovered once a second; so many lives cannot wait.
    Queue.__init__.__kwdefaults__["polling_interval_sec"] = 0.02
    for module in LATE_IMPORTS:
        import_module(module)
    kill = {"written": kill_after_effect, "noted": kill_before_checkpoint}[arguments[5]]
    for _ in range(int(arguments[6]) if len(arguments) > 6 else MAX_LIVES):
        child = os.fork()
        if child == 0:
            kill(deaths)
            state = asyncio.run(live(systems_file, folder, request, LEAD))
            (folder / "state").write_text(state.value)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break
    sys.stdout.write(deaths.read_text() if deaths.exists() else "")
    if (folder / "state").exists():
        sys.stdout.write((folder / "state").read_text() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
