"""The ERP port over OData v4 in the manner of Dynamics 365."""

from __future__ import annotations

from subgraphs.systems_of_record.connectors.dynamics import DIALECT, Dynamics
from subgraphs.systems_of_record.connectors.dynamics_reads import DynamicsReads
from subgraphs.systems_of_record.connectors.dynamics_writes import DynamicsWrites
from subgraphs.systems_of_record.http import SystemClient

__all__ = ["DIALECT", "DynamicsErp"]


class DynamicsErp(DynamicsReads, DynamicsWrites):
    """Implements `ports.Erp`."""

    def __init__(self, client: SystemClient) -> None:
        self._erp = Dynamics(client)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._erp.client.aclose()
