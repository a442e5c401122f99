"""What goes into composition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """One subgraph's schema as its owner wrote it.

    `sdl` may be bytes, so that text that is not UTF-8 becomes a coded error rather than a
    traceback in every caller. `file` is only shown in diagnostics.
    """

    name: str
    url: str
    sdl: str | bytes
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep hostile input from costing unbounded time or memory."""

    source_bytes: int = 8_000_000
    """Largest schema of one subgraph."""
    source_tokens: int = 1_000_000
    """Most tokens in the schema of one subgraph: about 60,000 fields."""
    nesting: int = 60
    """Deepest nesting of list types, constants and field sets."""
    subgraph_paths: int = 1_000_000
    """How many paths the search for unanswerable queries may hold."""


DEFAULT_LIMITS: Final = Limits()
