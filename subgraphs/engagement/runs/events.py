"""Business events about runs themselves (CloudEvents 1.0, JSON format)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from subgraphs.engagement.runs.run import Run
from subgraphs.engagement.steps.announce import SOURCE


def run_event(
    run: Run, event_type: str, at: datetime, details: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    """The event and the key that makes laying it into the outbox idempotent."""
    key = f"{run.id}:{event_type}:{run.stretch}"
    event = {
        "specversion": "1.0",
        "id": key,
        "source": SOURCE,
        "type": event_type,
        "subject": run.id,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": {"runId": run.id, "contractId": run.contract_id, **details},
    }
    return key, event
