"""What a failed call means for a run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from subgraphs.engagement.runs.run import Failure
from subgraphs.systems_of_record.errors import (
    Conflict,
    OutcomeUnknown,
    Refused,
    Retryable,
    SystemOfRecordError,
    Throttled,
)


class Remedy(Enum):
    """What may be done about a failure."""

    WAIT = "wait"  # the same call later
    REPLAN = "replan"  # read again what changed meanwhile, and write that
    PARK = "park"  # nobody but a person can tell


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A failure's code for people and machines, the remedy, and the wait a system asked for."""

    code: str
    remedy: Remedy
    retry_after: float | None = None


def diagnose(error: SystemOfRecordError) -> Diagnosis:
    """The remedy for an error of a port.

    After `OutcomeUnknown` the call is repeated under the same key: the connector looks the
    effect up by its external key first, and the system answers with what was done.
    """
    match error:
        case Throttled():
            return Diagnosis("SYSTEM_THROTTLED", Remedy.WAIT, error.retry_after)
        case Retryable():
            return Diagnosis("SYSTEM_UNAVAILABLE", Remedy.WAIT)
        case OutcomeUnknown():
            return Diagnosis("OUTCOME_UNKNOWN", Remedy.WAIT)
        case Conflict():
            return Diagnosis("CONFLICT", Remedy.REPLAN)
        case Refused():
            return Diagnosis("SYSTEM_REFUSED", Remedy.PARK)
    return Diagnosis("SYSTEM_FAILED", Remedy.PARK)


def failure_of(error: SystemOfRecordError, code: str, at: datetime) -> Failure:
    """The error as a run keeps it."""
    detail = {
        "system": error.system.value,
        "operation": error.operation,
        "currentVersion": getattr(error, "current_version", None),
        "systemCode": getattr(error, "code", None),
    }
    present = {name: value for name, value in detail.items() if value}
    return Failure(code, error.reason, at, json.dumps(present, sort_keys=True))
