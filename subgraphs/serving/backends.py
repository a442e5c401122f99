"""Where a subgraph's backends come from: the file that names the systems of record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from subgraphs.systems_of_record.ports import Systems

SYSTEMS_FILE = "C2C_SYSTEMS_FILE"


@dataclass(frozen=True, slots=True)
class Backends:
    """What a subgraph works on: the systems of record and services of its own."""

    systems: Systems
    services: Any = None


OpenBackends = Callable[[], AbstractAsyncContextManager[Backends]]


class BackendsSettingsError(ValueError):
    """The environment does not say where the systems of record are."""


def systems_of(environment: Mapping[str, str]) -> OpenBackends:
    """Backends that are the systems of record which `C2C_SYSTEMS_FILE` names, and nothing else.

    Raises `BackendsSettingsError` where the variable is missing.
    """
    if not environment.get(SYSTEMS_FILE):
        raise BackendsSettingsError(f"set {SYSTEMS_FILE} to the file of the systems of record")
    raise BackendsSettingsError("this version has no connectors to systems of record yet")
