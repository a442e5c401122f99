"""INVALID_LINK_IDENTIFIER: the URL tells the feature and its version."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.INVALID_LINK_IDENTIFIER,
    meaning="The URL of a `@link` does not name a feature and a version.",
    why="Name and version of a feature are read from the end of its URL.",
    mend="Write the URL as https://host/path/name/vMAJOR.MINOR.",
)


def check(text: str, at: Location | None) -> CompositionError:
    """The error for a URL that `parse_feature_url` cannot read."""
    message = f'"{text}" does not end in a feature name and a version such as "/name/v1.0".'
    return error(RULE, message, at)
