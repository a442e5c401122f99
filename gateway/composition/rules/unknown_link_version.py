"""UNKNOWN_LINK_VERSION: a version decides how links are read."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.features import FeatureUrl
from gateway.composition.link_versions import unknown_version
from gateway.composition.specs import CORE, LINK
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.UNKNOWN_LINK_VERSION,
    meaning="A subgraph links a version of the link specification that is not known.",
    why="How links of an unknown version are to be read is unknown too.",
    mend="Link https://specs.apollo.dev/link/v1.0, or leave that link out.",
)


def check(url: FeatureUrl, at: Location | None) -> CompositionError | None:
    """The error for a version that is not known. Other specifications are read as their latest."""
    return unknown_version(RULE, LINK, url, at) or unknown_version(RULE, CORE, url, at)
