"""`@context` and `@fromContext`: values that a field takes from its ancestors."""

from __future__ import annotations

import re
from typing import Final

_VALUE: Final = re.compile(r"\s*\$\s*([_A-Za-z]\w*)?(.*)", re.DOTALL | re.ASCII)


def split_context_value(text: str) -> tuple[str | None, str]:
    """Split `"$name { selection }"` into name and selection; the name is None if there is none."""
    match = _VALUE.fullmatch(text)
    if match is None:
        return None, text
    return match[1], match[2]


def supergraph_context(subgraph: str, name: str) -> str:
    """The name of a subgraph's context in the supergraph."""
    return f"{subgraph}__{name}"
