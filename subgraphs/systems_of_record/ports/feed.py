"""What every system of record has: an answer to a ping, and a feed of changes."""

from __future__ import annotations

from typing import Protocol

from subgraphs.systems_of_record.records.common import ChangePage


class ChangeFeed(Protocol):
    """The events of a system, for subscriptions and incremental copies."""

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """What happened behind the cursor `after` (None: from the oldest retained event)."""
        ...

    async def ping(self) -> None:
        """Return if the system answers an authenticated request; raises as reads do."""
        ...
