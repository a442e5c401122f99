"""The subgraphs by name. Each is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module

from subgraphs.serving.app import Subgraph

NAMES = ("contract", "project", "billing", "staffing", "engagement")


class UnknownSubgraphError(LookupError):
    """No subgraph has this name; the text lists those that exist."""


def subgraph(name: str) -> Subgraph:
    """The subgraph that `subgraphs/<name>/app.py` defines as `SUBGRAPH`."""
    if name not in NAMES:
        raise UnknownSubgraphError(f"no subgraph '{name}': there are {', '.join(NAMES)}")
    found = import_module(f"subgraphs.{name}.app").SUBGRAPH
    assert isinstance(found, Subgraph)  # noqa: S101  (for the type checker)
    return found
