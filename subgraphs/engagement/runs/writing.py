"""One write to a system of record: on record before and after, and once for its key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from subgraphs.engagement.governance import Governance
from subgraphs.engagement.model.plan import Write
from subgraphs.engagement.runs import transitions
from subgraphs.engagement.runs.run import Run, WriteReceipt
from subgraphs.engagement.runs.store import RunStore
from subgraphs.engagement.steps.step import Receipt, Step, Work
from subgraphs.systems_of_record.errors import Conflict, Refused, Retryable
from subgraphs.systems_of_record.ports import Systems

MAX_KEY_LENGTH = 200


def idempotency_key(run_id: str, step: str, external_key: str, generation: str) -> str:
    """The key of a write: the same for every attempt, another for another content."""
    readable = f"{run_id}:{step}:{external_key}:{generation}"
    if len(readable) <= MAX_KEY_LENGTH and readable.isascii() and readable.isprintable():
        return readable
    digest = hashlib.sha256(external_key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{run_id}:{step}:{digest}:{generation}"


@dataclass(frozen=True, slots=True)
class Writing:
    """Carries writes out, and back."""

    systems: Systems
    store: RunStore
    governance: Governance
    now: Callable[[], datetime]

    async def write(self, run: Run, step: Step, write: Write) -> Run:
        """Carry a write out; returns the run with its receipt. Raises what ports raise."""
        generation = run.step(step.name).generation
        key = idempotency_key(run.id, step.name, write.external_key, str(generation))
        about = self._about(step, write, key)
        await self._note(run, "write.intended", about, key)
        receipt = await self._do(run, step, write, key)
        answer = {**about, "objectId": receipt.object_id, "version": receipt.version}
        await self._note(run, "write.done", answer, key)
        kept = WriteReceipt(write.external_key, receipt.object_id, receipt.version)
        return self.store.change(
            run.id, lambda held: transitions.received(held, step.name, kept, receipt.ids)
        )

    async def _do(self, run: Run, step: Step, write: Write, key: str) -> Receipt:
        # Whatever is found in flight here, an earlier attempt has left: its outcome is unknown,
        # and this attempt's failing says nothing about it.
        fresh = run.step(step.name).in_flight != write.external_key
        self.store.change(
            run.id, lambda held: transitions.write_begun(held, step.name, write.external_key)
        )
        try:
            return await step.do(self._work(run), write, key)
        except (Retryable, Refused, Conflict):
            if fresh:
                self.store.change(run.id, lambda held: transitions.write_void(held, step.name))
            raise

    async def undo(self, run: Run, step: Step, write: Write, receipt: WriteReceipt) -> Run:
        """Take a write back; returns the run. Raises what ports raise."""
        key = idempotency_key(run.id, step.name, write.external_key, "undo")
        about = self._about(step, write, key)
        await self._note(run, "undo.intended", about, key)
        answer = Receipt(receipt.object_id, receipt.version, {})
        await step.undo(self._work(run), write, answer, key)
        await self._note(run, "undo.done", about, key)
        return self.store.change(
            run.id, lambda held: transitions.taken_back(held, step.name, write.external_key)
        )

    def _work(self, run: Run) -> Work:
        ids = {known.placeholder: known.value for known in run.ids}
        return Work(self.systems, self.store.add_event, self.now, run.id, ids)

    def _about(self, step: Step, write: Write, key: str) -> Mapping[str, Any]:
        return {
            "system": step.system.value if step.system else "ENGAGEMENT",
            "step": step.name,
            "objectType": write.object_type,
            "externalKey": write.external_key,
            "operation": write.operation.value,
            "idempotencyKey": key,
            "changes": [{"path": c.path, "old": c.old, "new": c.new} for c in write.changes],
        }

    async def _note(self, run: Run, kind: str, details: Mapping[str, Any], key: str) -> None:
        await self.governance.record(kind, run.requested_by, run.id, details, f"{kind}:{key}")
