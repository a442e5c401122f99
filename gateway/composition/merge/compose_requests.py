"""A subgraph's wish that the supergraph carries a directive."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.composition.features import Feature
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """One valid `@composeDirective`: the directive's local name, and the feature it belongs to.

    `element` is the name that the feature itself gives to the directive; both without `@`.
    """

    subgraph: Subgraph
    name: str
    element: str
    feature: Feature
    applied: Applied
