"""Definitions of the directives that a schema may apply, under the names it uses for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from graphql import parse

from gateway.composition.features import Features
from gateway.composition.specs import FEDERATION_1_DIRECTIVES, SPECS, Version
from gateway.composition.syntax import Reader
from gateway.supergraph.definitions import DirectiveDef

BUILT_IN_DIRECTIVES: Final[Mapping[str, str]] = {
    "skip": "directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT",
    "include": "directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT",
    "deprecated": 'directive @deprecated(reason: String = "No longer supported") on'
    " FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE",
    "specifiedBy": "directive @specifiedBy(url: String!) on SCALAR",
    "oneOf": "directive @oneOf on INPUT_OBJECT",
}
LENIENT_ARGUMENTS: Final = frozenset({"FieldSet", "ContextFieldValue", "Scope", "Policy", "Import"})
"""Scalars of specifications: their values are checked by rules of their own, if at all."""


def definition_of(text: str) -> DirectiveDef:
    """Parse the definition of one directive."""
    return next(iter(_parsed(text).values()))


@lru_cache(maxsize=512)
def _parsed(text: str) -> Mapping[str, DirectiveDef]:
    return Reader("", None, nesting=10).directives(parse(text, no_location=True))


def spec_directive(features: Features, name: str, version: Version) -> DirectiveDef | None:
    """The definition that a specification gives to `@name` in this schema, if any."""
    found = features.element(f"@{name}")
    if found is not None:
        feature, element = found
        spec = SPECS.get(feature.url.identity)
        entry = spec.elements_at(feature.url.version).get(element) if spec else None
        if entry is not None:
            return replace(definition_of(entry.definition), name=name)
        return None
    if version.major < 2 and name in FEDERATION_1_DIRECTIVES:
        return definition_of(FEDERATION_1_DIRECTIVES[name])
    return None


def built_in_directive(name: str) -> DirectiveDef | None:
    """The definition of a directive of the GraphQL specification itself."""
    text = BUILT_IN_DIRECTIVES.get(name)
    return None if text is None else definition_of(text)
