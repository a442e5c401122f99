"""One way to write for every sandbox system: in a transaction, once for an idempotency key."""

from __future__ import annotations

from collections.abc import Callable

from subgraphs.systems_of_record.sandbox.store import Store, StoredObject


class RuleError(Exception):
    """The system's own rules forbid the write; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def write_once(
    store: Store, key: str | None, request: bytes, effect: Callable[[], StoredObject]
) -> StoredObject:
    """Run a write's effect, or answer with what the same key has written before.

    Raises whatever the effect raises, and KeyReusedError for a key used for another request.
    """
    with store.transaction():
        if key is not None:
            done = store.receipt(key, request)
            if done is not None:
                return done
        written = effect()
        if key is not None:
            store.keep_receipt(key, request, written)
        return written
