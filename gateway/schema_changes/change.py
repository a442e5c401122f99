"""A change of a schema as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a change meets existing clients.

    BREAKING: an operation that was valid may become invalid or answer differently in shape.
    DANGEROUS: still valid, but a client may meet values or defaults that it did not expect.
    SAFE: no existing operation can notice.
    """

    BREAKING = "BREAKING"
    DANGEROUS = "DANGEROUS"
    SAFE = "SAFE"


@dataclass(frozen=True, slots=True)
class UsedBy:
    """An operation of a client that uses a coordinate, and how often it was seen."""

    operation: str
    client: str
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    `coordinate` is the schema coordinate concerned (as it was, for something removed). `code` is
    the name that the GraphQL community's inspectors give this kind of change. `felt_by` are the
    coordinates whose users feel it, where those are others: whoever leaves out an argument feels
    its new default. `used_by` and `verdict` are filled when the change is weighed against usage.
    """

    severity: Severity
    code: str
    coordinate: str
    message: str
    felt_by: tuple[str, ...] = ()
    used_by: tuple[UsedBy, ...] = ()
    verdict: str = ""


_RANK = {Severity.BREAKING: 0, Severity.DANGEROUS: 1, Severity.SAFE: 2}


def by_severity(change: Change) -> tuple[int, str, str, str]:
    """Sort key: the worst first, then by place, so that reports are stable."""
    return (_RANK[change.severity], change.coordinate, change.code, change.message)
