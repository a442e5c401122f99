"""The durable body of a run: steps in order, again after a pause, back in reverse.

Deterministic: whatever depends on time, chance or the world happens in the worker, whose answers
the journal records. Each answer says how to go on:

    {"next": "proceed"}                 to the next step
    {"next": "again", "seconds": 1.5}   the same step after a pause
    {"next": "stop"}                    the run waits for somebody, or another stretch drives it
    {"next": "turn"}                    somebody cancelled: take back what was done
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from subgraphs.engagement.durable.port import Body, Journal, Json

PREPARE = "prepare"


class Worker(Protocol):
    """What a body calls through its journal. Every method may be called more than once."""

    async def prepare(self, run_id: str, stretch: int) -> Json: ...
    async def carry_out(self, run_id: str, stretch: int, step: str) -> Json: ...
    async def take_back(self, run_id: str, stretch: int, step: str) -> Json: ...
    async def finish(self, run_id: str, stretch: int) -> Json: ...


def stretch_input(run_id: str, stretch: int, steps: Sequence[str], *, backward: bool) -> Json:
    """What a workflow is started with."""
    return {"run": run_id, "stretch": stretch, "steps": list(steps), "backward": backward}


def run_body(worker: Worker) -> Body:
    """The body that drives runs with this worker."""

    async def body(journal: Journal, given: Mapping[str, Json]) -> None:
        run_id, stretch, steps = given["run"], given["stretch"], given["steps"]
        end = "turn" if given["backward"] else await forward(journal, run_id, stretch, steps)
        if end == "turn":
            end = await backward(journal, run_id, stretch, steps)
        if end == "proceed":
            await journal.step("finish", lambda: worker.finish(run_id, stretch))

    async def forward(journal: Journal, run_id: str, stretch: int, steps: Sequence[str]) -> str:
        end = await _until_decided(journal, PREPARE, lambda: worker.prepare(run_id, stretch))
        for step in steps:
            if end != "proceed":
                break
            end = await _until_decided(
                journal, step, _bound(worker.carry_out, run_id, stretch, step)
            )
        return end

    async def backward(journal: Journal, run_id: str, stretch: int, steps: Sequence[str]) -> str:
        for step in reversed(steps):
            work = _bound(worker.take_back, run_id, stretch, step)
            if await _until_decided(journal, f"undo {step}", work) != "proceed":
                return "stop"
        return "proceed"

    return body


async def _until_decided(journal: Journal, name: str, work: Callable[[], Awaitable[Json]]) -> str:
    while True:
        answer = await journal.step(name, work)
        if answer["next"] != "again":
            return str(answer["next"])
        await journal.pause(answer["seconds"])


def _bound(
    method: Callable[[str, int, str], Awaitable[Json]], run_id: str, stretch: int, step: str
) -> Callable[[], Awaitable[Json]]:
    return lambda: method(run_id, stretch, step)
