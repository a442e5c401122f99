"""Where a subgraph's backends come from: the file of the systems of record, the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auth.audit.sqlite import SqliteAuditTrail
from subgraphs.serving.processes import ProcessServices
from subgraphs.systems_of_record.connect import connect_file
from subgraphs.systems_of_record.http import ClientSettings
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.settings import (
    SYSTEMS_FILE_VARIABLE,
    SystemsFileError,
    read_systems_file,
)

AUDIT_FILE_VARIABLE = "C2C_AUDIT_FILE"

# Somebody waits for the answer: rather a part of it soon than all of it late.
INTERACTIVE = ClientSettings(deadline=8.0, attempt=4.0, attempts=3)


@dataclass(frozen=True, slots=True)
class Backends:
    """What a subgraph works on: the systems of record and services of its own."""

    systems: Systems
    services: Any = None


OpenBackends = Callable[[], AbstractAsyncContextManager[Backends]]


class BackendsSettingsError(ValueError):
    """The environment does not say where the systems of record are."""


def systems_of(
    environment: Mapping[str, str], settings: ClientSettings = INTERACTIVE
) -> OpenBackends:
    """Backends over the systems of record that `C2C_SYSTEMS_FILE` names.

    With `C2C_AUDIT_FILE` the mutations of processes may write; without it they refuse. Raises
    `BackendsSettingsError` where the systems' file is not named, missing or malformed.
    """
    path = environment.get(SYSTEMS_FILE_VARIABLE)
    if not path:
        raise BackendsSettingsError(
            f"set {SYSTEMS_FILE_VARIABLE} to the file of the systems of record"
        )
    try:
        read_systems_file(Path(path))
    except SystemsFileError as error:
        raise BackendsSettingsError(str(error)) from None
    audit = environment.get(AUDIT_FILE_VARIABLE)
    return lambda: _open(Path(path), settings, Path(audit) if audit else None)


@asynccontextmanager
async def _open(
    path: Path, settings: ClientSettings, audit: Path | None
) -> AsyncIterator[Backends]:
    systems = connect_file(path, settings)
    try:
        services = ProcessServices(SqliteAuditTrail(audit)) if audit else None
        yield Backends(systems, services)
    finally:
        await systems.aclose()
