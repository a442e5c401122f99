"""UNKNOWN_FEDERATION_LINK_VERSION: a version decides what its directives mean."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.features import FeatureUrl
from gateway.composition.link_versions import unknown_version
from gateway.composition.specs import FEDERATION
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.UNKNOWN_FEDERATION_LINK_VERSION,
    meaning="A subgraph links a version of the federation specification that is not known.",
    why="What the directives of an unknown version mean is unknown too.",
    mend="Link a released version, for example https://specs.apollo.dev/federation/v2.9.",
)


def check(url: FeatureUrl, at: Location | None) -> CompositionError | None:
    """The error for a version that is not known. Other specifications are read as their latest."""
    return unknown_version(RULE, FEDERATION, url, at)
