"""Mutations that only the governed processes may call.

They are `@inaccessible`, so that the public schema does not know them, and they demand of the
caller the scope `process:step:execute`, which no person's token carries. Each names an idempotency
key, and both what was intended and what came of it lands in the audit trail: without a trail
(`C2C_AUDIT_FILE`) nothing is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from auth.audit.entry import Entry
from auth.audit.trail import AuditTrail, KeyReusedError
from auth.caller import CallerKind
from subgraphs.serving.context import RequestContext
from subgraphs.serving.errors import BadInputError, ForbiddenError, ServingError
from subgraphs.serving.scope import Located
from subgraphs.systems_of_record.errors import SystemOfRecordError

T = TypeVar("T")

PROCESS_SCOPE = "process:step:execute"
MAX_KEY_LENGTH = 150


@dataclass(frozen=True, slots=True)
class ProcessServices:
    """What the mutations of processes need beside the systems of record."""

    trail: AuditTrail


@dataclass(frozen=True, slots=True)
class Step:
    """One write that a process asks for: its name, the contract it is about, its inputs as text."""

    operation: str
    contract_id: str
    key: str
    inputs: dict[str, str]


async def execute(
    context: RequestContext,
    step: Step,
    locate: Callable[[], Awaitable[Located | None]],
    effect: Callable[[], Awaitable[T]],
) -> T:
    """Check the caller, put the intent on record, write, and put the outcome on record.

    `locate` reads what says where the contract belongs, as far as the caller may see it. Raises
    `ForbiddenError`, `BadInputError` for an unusable or reused key, or what the write raises.
    """
    trail = _permit(context, step)
    if await locate() is None:
        raise ForbiddenError("No such engagement within the caller's claims.")
    await _append(trail, context, step, "write.intended", {})
    try:
        result = await effect()
    except (SystemOfRecordError, ServingError) as error:
        # Failures may repeat with the same key: the correlation id tells them apart.
        await _append(trail, context, step, "write.failed", {"error": type(error).__name__})
        raise
    await _append(trail, context, step, "write.done", {})
    return result


def _permit(context: RequestContext, step: Step) -> AuditTrail:
    caller = context.caller
    if caller.kind is not CallerKind.SERVICE or PROCESS_SCOPE not in caller.scopes:
        raise ForbiddenError("Only the governed processes may do this.")
    if not 1 <= len(step.key) <= MAX_KEY_LENGTH or not step.key.isascii():
        raise BadInputError("The idempotency key is ASCII text of 1 to 150 characters.")
    if not isinstance(context.services, ProcessServices):
        raise ForbiddenError("This subgraph has no audit trail, so it writes nothing.")
    return context.services.trail


async def _append(
    trail: AuditTrail, context: RequestContext, step: Step, kind: str, more: dict[str, Any]
) -> None:
    key = f"{step.operation}:{step.key}:{kind}"
    if kind == "write.failed":
        key = f"{key}:{context.correlation_id}"
    details = {"operation": step.operation, "inputs": step.inputs, **more}
    entry = Entry(kind, context.caller.subject, f"contract:{step.contract_id}", details, key)
    try:
        await asyncio.to_thread(trail.append, entry)
    except KeyReusedError:
        raise BadInputError("This idempotency key stands for another write.") from None
