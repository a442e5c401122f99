"""Whose answer it is: everything about a caller that a subgraph can see, as one short text."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from cachetools import LRUCache

from auth.caller import Caller

_KNOWN = 10_000


class CallerIdentities:
    """Digests of callers. Callers with equal claims are one identity, others never are."""

    def __init__(self) -> None:
        self._known: LRUCache[Caller, str] = LRUCache(_KNOWN)

    def __call__(self, caller: Caller) -> str:
        """The caller's digest, in hexadecimal."""
        known = self._known.get(caller)
        if known is None:
            known = self._known[caller] = _digest(caller)
        return known


def _digest(caller: Caller) -> str:
    parts = []
    for field in fields(Caller):
        value = getattr(caller, field.name)
        shown = sorted(value) if isinstance(value, frozenset) else value
        parts.append(f"{field.name}={shown!r}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
