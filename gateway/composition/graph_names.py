"""The names of subgraphs in the enum `join__Graph`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError
from gateway.composition.source import SubgraphSource

_RESERVED: Final = frozenset({"_", ""})


def graph_names(
    sources: Sequence[SubgraphSource],
) -> tuple[dict[str, str], list[CompositionError]]:
    """Subgraph name -> its enum value; and errors for names that cannot be used."""
    errors: list[CompositionError] = []
    groups: dict[str, list[str]] = {}
    seen: set[str] = set()
    for source in sources:
        if not _usable(source.name):
            errors.append(_invalid(source.name, f'The name "{source.name}" is reserved.'))
        elif source.name in seen:
            errors.append(_invalid(source.name, f'Two subgraphs are called "{source.name}".'))
        if source.name not in seen:
            groups.setdefault(_enum_name(source.name), []).append(source.name)
        seen.add(source.name)
    result: dict[str, str] = {}
    for name, members in groups.items():
        if len(members) == 1:
            result[members[0]] = name
        else:
            result |= {member: f"{name}_{i}" for i, member in enumerate(members, 1)}
    return result, errors


def _invalid(name: str, message: str) -> CompositionError:
    return CompositionError(Code.INVALID_SUBGRAPH_NAME, message, (name,))


def _usable(name: str) -> bool:
    if name in _RESERVED or _enum_name(name).startswith("__") or not name.isprintable():
        return False
    try:
        name.encode()
    except UnicodeError:
        return False
    return True


def _enum_name(name: str) -> str:
    """Upper case, with `_` for what a name may not contain; never like a numbered duplicate."""
    result = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    if re.match(r"\d", result):
        result = f"_{result}"
    if re.search(r"_\d+$", result):
        result = f"{result}_"
    return result
