"""The names of subgraphs in the enum `join__Graph`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.composition.source import SubgraphSource


def graph_names(sources: Sequence[SubgraphSource]) -> dict[str, str]:
    """Subgraph name -> its enum value."""
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(source.name for source in sources):
        groups.setdefault(enum_name(name), []).append(name)
    result: dict[str, str] = {}
    for value, members in groups.items():
        if len(members) == 1:
            result[members[0]] = value
        else:
            result |= {member: f"{value}_{i}" for i, member in enumerate(members, 1)}
    return result


def enum_name(name: str) -> str:
    """Upper case, with `_` for what a name may not contain; never like a numbered duplicate."""
    result = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    if re.match(r"\d", result):
        result = f"_{result}"
    if re.search(r"_\d+$", result):
        result = f"{result}_"
    return result
