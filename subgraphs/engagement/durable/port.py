"""What the processes need of a durable engine, and no more.

A workflow body is a coroutine that does everything through its journal. When a process dies, the
body is run again elsewhere from the start, and every journal entry that was completed answers
with its recorded result: so the body itself must contain no time, no randomness and no I/O.
Entries are executed at least once; what they do must be repeatable.

There is no waiting for signals here. A run that waits for a person, or is parked, holds no
workflow: whoever decides starts its next stretch under a new id. However many runs wait, nothing
polls for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any


class Journal(Protocol):
    """What a body may do."""

    async def step(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """Run `work` and record its JSON result, or answer with what was recorded."""
        ...

    async def pause(self, seconds: float) -> None:
        """Let time pass; a restart does not begin the pause anew."""
        ...


Body: TypeAlias = Callable[[Journal, Mapping[str, Json]], Awaitable[None]]


class Phase(StrEnum):
    """Where a workflow stands for the engine; how its run fares is the run's own record."""

    UNDER_WAY = "UNDER_WAY"
    ENDED = "ENDED"
    FAILED = "FAILED"


class InputMismatchError(ValueError):
    """A workflow of this id was started with another input."""


class DurableEngine(Protocol):
    """Starts workflows and finds them again. All of its methods may be called concurrently."""

    async def start(self, workflow_id: str, given: Mapping[str, Json]) -> None:
        """Start the body durably; nothing happens if the id was started with the same input.

        Raises `InputMismatchError` for another input.
        """
        ...

    async def phase(self, workflow_id: str) -> Phase | None:
        """Where the workflow stands; None if it was never started, or is purged."""
        ...

    async def purge(self, ended_before: datetime) -> int:
        """Forget workflows that ended before an aware time; returns how many."""
        ...
