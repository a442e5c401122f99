"""The composition root of the connectors: a systems file in, four connected ports out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from subgraphs.systems_of_record.connectors import (
    sandbox_clm,
    sandbox_crm,
    sandbox_erp,
    sandbox_psa,
)
from subgraphs.systems_of_record.http import ClientSettings, Dialect, SystemClient
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.settings import (
    SYSTEMS_FILE_VARIABLE,
    Endpoint,
    SystemsFileError,
    read_systems_file,
)


@dataclass(frozen=True, slots=True)
class ConnectedSystems(Systems):
    """The four ports with their connections. To be used in one event loop, then closed."""

    clients: tuple[SystemClient, ...]

    async def aclose(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(client.aclose() for client in self.clients))


def connect(
    endpoints: Mapping[System, Endpoint], settings: ClientSettings | None = None
) -> ConnectedSystems:
    """Connect to four systems; nothing is sent before the first call."""
    chosen = settings or ClientSettings()

    def client(dialect: Dialect) -> SystemClient:
        return SystemClient(dialect, endpoints[dialect.system], chosen)

    crm, clm = client(sandbox_crm.DIALECT), client(sandbox_clm.DIALECT)
    erp, psa = client(sandbox_erp.DIALECT), client(sandbox_psa.DIALECT)
    return ConnectedSystems(
        crm=sandbox_crm.SalesforceCrm(crm),
        clm=sandbox_clm.IroncladClm(clm),
        erp=sandbox_erp.DynamicsErp(erp),
        psa=sandbox_psa.KantataPsa(psa),
        clients=(crm, clm, erp, psa),
    )


def connect_file(path: Path, settings: ClientSettings | None = None) -> ConnectedSystems:
    """Connect to the systems of a systems file. Raises SystemsFileError."""
    return connect(read_systems_file(path).endpoints, settings)


def connect_environment(settings: ClientSettings | None = None) -> ConnectedSystems:
    """Connect to the systems of the file that `C2C_SYSTEMS_FILE` names."""
    path = os.environ.get(SYSTEMS_FILE_VARIABLE)
    if not path:
        raise SystemsFileError(f"set {SYSTEMS_FILE_VARIABLE} to the path of a systems file")
    return connect_file(Path(path), settings)
