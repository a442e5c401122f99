"""What the workflows are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import PlanCase, Write
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.common import System


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a system answered to a write: the object's id and its version token from now on.

    `ids` are identifiers that later steps refer to, by place-holder.
    """

    object_id: str
    version: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What a step may use: the systems, a clock, the ids known so far.

    `announce(key, event)` lays a business event into the outbox, once for a key.
    """

    systems: Systems
    announce: Callable[[str, Mapping[str, Any]], None]
    now: Callable[[], datetime]
    run_id: str
    ids: Mapping[str, str]


class Step(Protocol):
    """One step. `plan` is pure; `do` and `undo` are repeatable under the same key."""

    @property
    def name(self) -> str: ...

    @property
    def system(self) -> System | None:
        """The system that the step writes to; None for our own."""
        ...

    @property
    def draft_type(self) -> type | None:
        """The class of `Write.old` and `Write.new`, for storing a plan; None: no draft."""
        ...

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """The step's part of the impact, nothing when it has none."""
        ...

    def rebase(self, write: Write, landscape: Landscape) -> Write | None:
        """The write again, onto what others have made of the object since it was planned.

        None: it cannot be, because the whole plan rests on what has changed.
        """
        ...

    async def do(self, work: Work, write: Write, key: str) -> Receipt:
        """Carry one write out. Raises what the ports raise."""
        ...

    async def undo(self, work: Work, write: Write, receipt: Receipt, key: str) -> None:
        """Take one write back. Raises what the ports raise."""
        ...
