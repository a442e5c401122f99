"""ROOT_SUBSCRIPTION_USED: `Subscription` is the subscription root."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.root_names import name_taken
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.ROOT_SUBSCRIPTION_USED,
    meaning="A type that is not the subscription root is called `Subscription`.",
    why=(
        "The supergraph calls its subscription root `Subscription`, and no other type can "
        "have that name."
    ),
    mend="Rename the type, or make it the subscription root.",
)


def check(
    roots: Mapping[str, str], places: Mapping[str, Location | None], subgraph: str
) -> CompositionError | None:
    """Another type with the name `Subscription`, where the subscription root has another name."""
    return name_taken(RULE, "subscription", roots, places, subgraph)
