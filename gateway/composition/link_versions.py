"""What the rules about versions of linked specifications have in common."""

from __future__ import annotations

from gateway.composition.codes import Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.features import FeatureUrl
from gateway.composition.specs import Spec
from gateway.supergraph.definitions import Location


def unknown_version(
    rule: Rule, spec: Spec, url: FeatureUrl, at: Location | None
) -> CompositionError | None:
    """The error for a URL of this specification with a version that it does not have."""
    if url.identity != spec.identity or url.version in spec.versions:
        return None
    known = f"{spec.versions[0]} to {spec.versions[-1]}"
    message = f"Version {url.version} of the {spec.name} specification is unknown; known: {known}."
    return error(rule, message, at)
