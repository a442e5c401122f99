"""What a lint rule reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a rule's findings count: errors fail the command, warnings are shown, off is silent."""

    ERROR = "error"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place in the schema that a rule objects to; `line` is in the linted file (0: unknown)."""

    line: int
    coordinate: str
    rule: str
    message: str
    level: Level
