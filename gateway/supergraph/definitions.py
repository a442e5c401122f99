"""Type definitions as plain data: what composition reads from subgraphs and writes to a supergraph.

graphql-core's schema objects cannot represent one type as several subgraphs see it, and they cost
too much to build for tens of thousands of fields; its AST is kept only for parsing. Every element
knows where it was written, so that each diagnostic can point at it.

All values are immutable by convention: a pass that changes a schema builds new elements with
`dataclasses.replace`. Mappings keep the order in which the elements were declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias


class Location(NamedTuple):
    """A place in a subgraph's source: lines and columns count from 1."""

    subgraph: str
    file: str | None
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file or self.subgraph}:{self.line}:{self.column}"


class Kind(StrEnum):
    """The six kinds of named types; the values are the keywords of the definition language."""

    SCALAR = "scalar"
    OBJECT = "type"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"


# --- type references --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A reference to a type by name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of some type."""

    of: TypeRef

    def __str__(self) -> str:
        return f"[{self.of}]"


@dataclass(frozen=True, slots=True)
class NonNull:
    """A type that excludes null; `of` is never itself a `NonNull`."""

    of: Named | ListOf

    def __str__(self) -> str:
        return f"{self.of}!"


TypeRef: TypeAlias = Named | ListOf | NonNull


def named_type(ref: TypeRef) -> str:
    """The name at the bottom of a type reference: `User` for `[User!]!`."""
    while not isinstance(ref, Named):
        ref = ref.of
    return ref.name


def is_subtype(one: TypeRef, other: TypeRef, is_below: Callable[[str, str], bool]) -> bool:
    """Whether every value of `one` is a value of `other`.

    `is_below` tells whether a type implements an interface or is a member of a union, by name.
    """
    while True:
        if isinstance(one, NonNull):
            one = one.of
            if isinstance(other, NonNull):
                other = other.of
        elif isinstance(other, NonNull):
            return False
        if isinstance(one, ListOf) and isinstance(other, ListOf):
            one, other = one.of, other.of
            continue
        if isinstance(one, Named) and isinstance(other, Named):
            return one.name == other.name or is_below(one.name, other.name)
        return False


# --- constant values --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnumLiteral:
    """An enum value as written, to tell `RED` from `"RED"`."""

    name: str


@dataclass(frozen=True, slots=True)
class ObjectLiteral:
    """An input object as written; `fields` keeps the order of the source."""

    fields: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value:
        """The value of a field, or None when it is absent."""
        return dict(self.fields).get(name)


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A float as written, so that printing it changes no digit."""

    text: str


Value: TypeAlias = (
    bool | int | str | EnumLiteral | ObjectLiteral | NumberLiteral | tuple["Value", ...] | None
)


# --- elements ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive as applied to an element.

    `name` is the name in this schema; `spec` is the name that a linked specification gives it
    (`key` also where it is imported as `@primary`), or None for a directive of no known one.
    `extension` tells that it was written on an `extend` declaration, and `inherited` that it
    reached a field through the declaration block around it.
    """

    name: str
    args: Mapping[str, Value]
    spec: str | None = None
    location: Location | None = None
    extension: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class InputDef:
    """An argument or an input field. `default` is None without one, else a one-element tuple."""

    name: str
    type: TypeRef
    default: tuple[Value] | None = None
    directives: tuple[Applied, ...] = ()
    description: str | None = None
    location: Location | None = None

    @property
    def required(self) -> bool:
        """Whether a caller has to give a value."""
        return isinstance(self.type, NonNull) and self.default is None


@dataclass(frozen=True, slots=True)
class FieldDef:
    """A field of an object or interface type."""

    name: str
    type: TypeRef
    args: Mapping[str, InputDef] = field(default_factory=dict)
    directives: tuple[Applied, ...] = ()
    description: str | None = None
    location: Location | None = None
    extension: bool = False


@dataclass(frozen=True, slots=True)
class EnumValueDef:
    """One value of an enum."""

    name: str
    directives: tuple[Applied, ...] = ()
    description: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class TypeDef:
    """A named type; only the members that belong to its kind are filled.

    `interfaces` and `members` map a name to the place that says so. `defined` is False for a
    type that the schema only extends, `extended` is True where it has an `extend` block.
    """

    kind: Kind
    name: str
    description: str | None = None
    directives: tuple[Applied, ...] = ()
    interfaces: Mapping[str, Location | None] = field(default_factory=dict)
    fields: Mapping[str, FieldDef] = field(default_factory=dict)
    inputs: Mapping[str, InputDef] = field(default_factory=dict)
    members: Mapping[str, Location | None] = field(default_factory=dict)
    values: Mapping[str, EnumValueDef] = field(default_factory=dict)
    locations: tuple[Location, ...] = ()
    defined: bool = True
    extended: bool = False

    @property
    def location(self) -> Location | None:
        """The first place where the type is declared."""
        return self.locations[0] if self.locations else None


@dataclass(frozen=True, slots=True)
class DirectiveDef:
    """The definition of a directive; `places` are the names of directive locations."""

    name: str
    args: Mapping[str, InputDef] = field(default_factory=dict)
    repeatable: bool = False
    places: tuple[str, ...] = ()
    description: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class SchemaDef:
    """A whole schema. `roots` maps `query`, `mutation` and `subscription` to type names."""

    types: Mapping[str, TypeDef]
    directives: Mapping[str, DirectiveDef]
    roots: Mapping[str, str]
    applied: tuple[Applied, ...] = ()
    description: str | None = None
    location: Location | None = None


def find(directives: tuple[Applied, ...], spec: str) -> Applied | None:
    """The first application of the specification's directive, if any."""
    for applied in directives:
        if applied.spec == spec:
            return applied
    return None


def find_all(directives: tuple[Applied, ...], spec: str) -> list[Applied]:
    """Every application of the specification's directive."""
    return [applied for applied in directives if applied.spec == spec]


BUILT_IN_SCALARS: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})
ROOT_NAMES: Final[Mapping[str, str]] = {
    "query": "Query",
    "mutation": "Mutation",
    "subscription": "Subscription",
}
EXECUTABLE_PLACES: Final = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)
