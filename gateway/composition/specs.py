"""The catalogue of known specifications, as data.

For each specification: its identity, the versions that exist, and its elements with the version
that introduced each. Definitions are written in the definition language, with the element's own
names; where a schema links the specification, its local names take their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

HOST: Final = "https://specs.apollo.dev/"


class Version(NamedTuple):
    """A version of a specification; compares by number."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}"


_LATEST: Final = Version(99, 99)


@dataclass(frozen=True, slots=True)
class Element:
    """A directive (`@name`) or type of a specification, and the versions that have it."""

    name: str
    definition: str
    since: Version
    until: Version = _LATEST


@dataclass(frozen=True, slots=True)
class Spec:
    """A specification: its elements, and which federation version first had it (if any).

    `later` maps those of its versions that came with a later federation version to that one.
    """

    name: str
    versions: tuple[Version, ...]
    elements: tuple[Element, ...]
    purpose: str | None = None
    federation: Version | None = None
    later: Mapping[Version, Version] = field(default_factory=dict, hash=False)

    @property
    def identity(self) -> str:
        """The URL without a version, which names the specification."""
        return HOST + self.name

    def federation_at(self, version: Version) -> Version | None:
        """The federation version that first had this version of it, if any has."""
        return self.later.get(version, self.federation)

    def elements_at(self, version: Version) -> dict[str, Element]:
        """Elements of a version by name, directives with their `@`."""
        return {item.name: item for item in self.elements if item.since <= version <= item.until}


_TYPE_SYSTEM_TAG_PLACES = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM"
    " | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_AUTH_PLACES = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"


def _v(minor: int) -> Version:
    return Version(2, minor)


_01: Final = Version(0, 1)
_02: Final = Version(0, 2)
_03: Final = Version(0, 3)
_04: Final = Version(0, 4)

TAG_PLACES_02: Final = _TYPE_SYSTEM_TAG_PLACES
TAG_PLACES_03: Final = _TYPE_SYSTEM_TAG_PLACES + " | SCHEMA"

_COST = (
    "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION"
    " | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"
)
_LIST_SIZE = (
    "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],"
    " requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION"
)
_AUTHENTICATED = f"directive @authenticated on {_AUTH_PLACES}"
_SCOPES = f"directive @requiresScopes(scopes: [[Scope!]!]!) on {_AUTH_PLACES}"
_POLICY = f"directive @policy(policies: [[Policy!]!]!) on {_AUTH_PLACES}"
_INACCESSIBLE = f"directive @inaccessible on {_TYPE_SYSTEM_TAG_PLACES}"
_CONTEXT = "directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION"
_FROM_CONTEXT = "directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION"
_CACHE_TAG = "directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT"

FEDERATION: Final = Spec(
    "federation",
    tuple(_v(minor) for minor in range(15)),
    (
        Element(
            "@key",
            "directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable"
            " on OBJECT | INTERFACE",
            _v(0),
        ),
        Element("@requires", "directive @requires(fields: FieldSet!) on FIELD_DEFINITION", _v(0)),
        Element("@provides", "directive @provides(fields: FieldSet!) on FIELD_DEFINITION", _v(0)),
        Element(
            "@external",
            "directive @external(reason: String) on OBJECT | FIELD_DEFINITION",
            _v(0),
        ),
        Element("@extends", "directive @extends on OBJECT | INTERFACE", _v(0)),
        Element("@shareable", "directive @shareable on OBJECT | FIELD_DEFINITION", _v(0), _v(1)),
        Element(
            "@shareable", "directive @shareable repeatable on OBJECT | FIELD_DEFINITION", _v(2)
        ),
        Element(
            "@override", "directive @override(from: String!) on FIELD_DEFINITION", _v(0), _v(6)
        ),
        Element(
            "@override",
            "directive @override(from: String!, label: String) on FIELD_DEFINITION",
            _v(7),
        ),
        Element(
            "@tag",
            f"directive @tag(name: String!) repeatable on {TAG_PLACES_02}",
            _v(0),
            _v(2),
        ),
        Element("@tag", f"directive @tag(name: String!) repeatable on {TAG_PLACES_03}", _v(3)),
        Element("@inaccessible", _INACCESSIBLE, _v(0)),
        Element(
            "@composeDirective",
            "directive @composeDirective(name: String) repeatable on SCHEMA",
            _v(1),
        ),
        Element("@interfaceObject", "directive @interfaceObject on OBJECT", _v(3)),
        Element("@authenticated", _AUTHENTICATED, _v(5)),
        Element("@requiresScopes", _SCOPES, _v(5)),
        Element("@policy", _POLICY, _v(6)),
        Element("@context", _CONTEXT, _v(8)),
        Element("@fromContext", _FROM_CONTEXT, _v(8)),
        Element("@cost", _COST, _v(9)),
        Element("@listSize", _LIST_SIZE, _v(9)),
        Element("@cacheTag", _CACHE_TAG, _v(12)),
        Element("FieldSet", "scalar FieldSet", _v(0)),
        Element("Scope", "scalar Scope", _v(5)),
        Element("Policy", "scalar Policy", _v(6)),
        Element("ContextFieldValue", "scalar ContextFieldValue", _v(8)),
    ),
)

LINK: Final = Spec(
    "link",
    (Version(1, 0),),
    (
        Element(
            "@link",
            "directive @link(url: String, as: String, for: Purpose, import: [Import])"
            " repeatable on SCHEMA",
            Version(1, 0),
        ),
        Element(
            "Purpose",
            'enum Purpose {\n  "`SECURITY` features provide metadata necessary to securely'
            ' resolve fields."\n  SECURITY\n  "`EXECUTION` features provide metadata necessary'
            ' for operation execution."\n  EXECUTION\n}',
            Version(1, 0),
        ),
        Element("Import", "scalar Import", Version(1, 0)),
    ),
)

CORE: Final = Spec(
    "core",
    (_01, _02),
    (
        Element(
            "@core",
            "directive @core(feature: String!, as: String, for: Purpose) repeatable on SCHEMA",
            _01,
        ),
        Element("Purpose", "enum Purpose { SECURITY EXECUTION }", _01),
    ),
)

TAG: Final = Spec(
    "tag",
    (_01, _02, _03),
    (
        Element("@tag", f"directive @tag(name: String!) repeatable on {TAG_PLACES_02}", _01, _02),
        Element("@tag", f"directive @tag(name: String!) repeatable on {TAG_PLACES_03}", _03),
    ),
    federation=_v(0),
)
INACCESSIBLE: Final = Spec(
    "inaccessible",
    (_01, _02),
    (Element("@inaccessible", _INACCESSIBLE, _01),),
    purpose="SECURITY",
    federation=_v(0),
)
AUTHENTICATED: Final = Spec(
    "authenticated",
    (_01,),
    (Element("@authenticated", _AUTHENTICATED, _01),),
    purpose="SECURITY",
    federation=_v(5),
)
REQUIRES_SCOPES: Final = Spec(
    "requiresScopes",
    (_01,),
    (Element("@requiresScopes", _SCOPES, _01), Element("Scope", "scalar Scope", _01)),
    purpose="SECURITY",
    federation=_v(5),
)
POLICY: Final = Spec(
    "policy",
    (_01,),
    (Element("@policy", _POLICY, _01), Element("Policy", "scalar Policy", _01)),
    purpose="SECURITY",
    federation=_v(6),
)
CONTEXT: Final = Spec(
    "context",
    (_01,),
    (
        Element("@context", _CONTEXT, _01),
        Element("@fromContext", _FROM_CONTEXT, _01),
        Element("ContextFieldValue", "scalar ContextFieldValue", _01),
    ),
    purpose="SECURITY",
    federation=_v(8),
)
COST: Final = Spec(
    "cost",
    (_01,),
    (Element("@cost", _COST, _01), Element("@listSize", _LIST_SIZE, _01)),
    federation=_v(9),
)
CACHE_TAG: Final = Spec(
    "cacheTag", (_01,), (Element("@cacheTag", _CACHE_TAG, _01),), federation=_v(12)
)

_CONNECT_TYPES: Final = (
    (
        "HTTPHeaderMapping",
        "input HTTPHeaderMapping { name: String! from: String value: [String!] }",
    ),
    ("JSONSelection", "scalar JSONSelection"),
    ("URLTemplate", "scalar URLTemplate"),
    ("URLPathTemplate", "scalar URLPathTemplate"),
)
CONNECT: Final = Spec(
    "connect",
    (_01, _02, _03, _04),
    (
        Element("@connect", "directive @connect repeatable on FIELD_DEFINITION | OBJECT", _01),
        Element("@source", "directive @source repeatable on SCHEMA", _01),
        *(Element(name, text, _01) for name, text in _CONNECT_TYPES),
    ),
    purpose="EXECUTION",
    federation=_v(10),
    later={_02: _v(11), _03: _v(12), _04: _v(13)},
)

JOIN: Final = Spec("join", tuple(Version(0, minor) for minor in range(1, 6)), ())

SPECS: Final[Mapping[str, Spec]] = {
    spec.identity: spec
    for spec in (
        FEDERATION,
        LINK,
        CORE,
        TAG,
        INACCESSIBLE,
        AUTHENTICATED,
        REQUIRES_SCOPES,
        POLICY,
        CONTEXT,
        COST,
        CACHE_TAG,
        CONNECT,
        JOIN,
    )
}

FEDERATION_1_DIRECTIVES: Final[Mapping[str, str]] = {
    "key": "directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable"
    " on OBJECT | INTERFACE",
    "requires": "directive @requires(fields: FieldSet!) on FIELD_DEFINITION",
    "provides": "directive @provides(fields: FieldSet!) on FIELD_DEFINITION",
    "external": "directive @external(reason: String) on OBJECT | FIELD_DEFINITION",
    "extends": "directive @extends on OBJECT | INTERFACE",
    "tag": f"directive @tag(name: String!) repeatable on {TAG_PLACES_02}",
}
"""What a schema without any link to the federation specification may use."""

MERGED: Final = (
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
)
"""Directives of known specifications that every supergraph carries."""
