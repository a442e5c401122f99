"""Telling the client which parts of its answer are stale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.execute.port import SubgraphExtensions
from gateway.response_cache.rebuild import EXTENSION

MAX_REPORTED = 1_000


def stale_parts(collected: Iterable[SubgraphExtensions]) -> list[dict[str, Any]]:
    """Where the answer holds kept copies that are past their time, for `extensions.stale`.

    Each entry names the subgraph that did not answer, the response path of the object and the
    copy's age in seconds.
    """
    found: list[dict[str, Any]] = []
    for each in collected:
        report = each.extensions.get(EXTENSION)
        for item in report if isinstance(report, list) else ():
            index = item["index"]
            path = each.positions[index] if index < len(each.positions) else ()
            entry = {"subgraph": each.fetch.subgraph, "path": list(path), "age": item["age"]}
            if len(found) < MAX_REPORTED:
                found.append(entry)
    return found
