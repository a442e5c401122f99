"""The trail as its users see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from auth.audit.entry import ChainedEntry, Entry


class AuditTrail(Protocol):
    """An append-only list of entries. Implementations are safe to share between threads."""

    def append(self, entry: Entry) -> ChainedEntry:
        """Add the entry durably, or return what its key already holds.

        Raises `NotCanonicalError` for details that are not JSON, `KeyReusedError` when the key
        holds another entry.
        """
        ...

    def entries(self, *, about: str | None = None) -> Iterator[ChainedEntry]:
        """All entries in order, or those about one thing."""
        ...

    def length(self) -> int:
        """How many entries were ever written."""
        ...


class KeyReusedError(ValueError):
    """An entry's key already stands for another entry."""
