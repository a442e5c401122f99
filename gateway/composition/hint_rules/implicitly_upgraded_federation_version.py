"""IMPLICITLY_UPGRADED_FEDERATION_VERSION.

A subgraph was read at a later federation version than it links.
"""

from __future__ import annotations

from gateway.composition.diagnostics import Hint, hint
from gateway.composition.features import Feature
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.specs import Version

HINT = HintRule(
    HintCode.IMPLICITLY_UPGRADED_FEDERATION_VERSION,
    Level.INFO,
    meaning="A subgraph was read at a later federation version than it links.",
    mend="Link the federation version that the feature needs.",
)


def give(subgraph: str, linked: Version, needed: Version, cause: Feature) -> Hint:
    """Tell that a subgraph is read at the later version that a linked feature needs."""
    return hint(
        HINT,
        f'Subgraph "{subgraph}" links federation {linked}, but is read as {needed}, as it links '
        f"{cause.url}.",
        cause.location,
    )
