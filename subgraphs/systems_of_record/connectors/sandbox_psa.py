"""The PSA port over a REST API in Kantata's manner."""

from __future__ import annotations

from subgraphs.systems_of_record.connectors.kantata import DIALECT, Kantata
from subgraphs.systems_of_record.connectors.kantata_reads import KantataReads
from subgraphs.systems_of_record.connectors.kantata_writes import KantataWrites
from subgraphs.systems_of_record.http import SystemClient

__all__ = ["DIALECT", "KantataPsa"]


class KantataPsa(KantataReads, KantataWrites):
    """Implements `ports.Psa`."""

    def __init__(self, client: SystemClient) -> None:
        self._psa = Kantata(client)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._psa.client.aclose()
