"""A plan as text, and back: what a run stores of the writes that it will carry out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from subgraphs.engagement.model.changes import FieldChange
from subgraphs.engagement.model.plan import Operation, Write
from subgraphs.engagement.workflows.workflow import Workflow
from subgraphs.systems_of_record.codec import Codec, snake_case

_CODEC = Codec(snake_case)


def dump_plan(writes: Sequence[Write]) -> str:
    """The writes as JSON text."""
    return json.dumps(
        [
            {
                "step": write.step,
                "object_type": write.object_type,
                "external_key": write.external_key,
                "operation": write.operation.value,
                "old": None if write.old is None else _CODEC.encode(write.old),
                "new": None if write.new is None else _CODEC.encode(write.new),
                "version": write.version,
                "changes": [[c.path, c.old, c.new] for c in write.changes],
            }
            for write in writes
        ]
    )


def load_plan(text: str, workflow: Workflow) -> tuple[Write, ...]:
    """The writes of a workflow's plan; empty text is a plan that was not made yet."""
    return tuple(_write(item, workflow) for item in json.loads(text or "[]"))


def _write(item: dict[str, Any], workflow: Workflow) -> Write:
    draft_type = workflow.step(item["step"]).draft_type

    def draft(document: Any) -> Any:
        if document is None or draft_type is None:
            return None
        return _CODEC.decode(draft_type, document)

    return Write(
        step=item["step"],
        object_type=item["object_type"],
        external_key=item["external_key"],
        operation=Operation(item["operation"]),
        old=draft(item["old"]),
        new=draft(item["new"]),
        version=item["version"],
        changes=tuple(FieldChange(*change) for change in item["changes"]),
    )
