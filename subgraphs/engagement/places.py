"""Where the processes keep their state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from subgraphs.serving.backends import AUDIT_FILE_VARIABLE

DATA_DIR = "C2C_DATA_DIR"
AUDIT_FILE_NAME = "audit.db"


def engagement_folder(environment: Mapping[str, str]) -> Path:
    """Where the processes keep their state: `engagement` in the data folder."""
    return Path(environment.get(DATA_DIR) or "data") / "engagement"


def audit_path(environment: Mapping[str, str]) -> Path:
    """The file of the audit trail: `C2C_AUDIT_FILE`, or one beside the runs."""
    named = environment.get(AUDIT_FILE_VARIABLE)
    return Path(named) if named else engagement_folder(environment) / AUDIT_FILE_NAME
