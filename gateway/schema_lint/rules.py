"""The rules. Each is a generator over one schema's elements: `(element) -> messages`.

The set follows what schema linters of the field share. A rule's name is its key in the
configuration: `{rules: {"descriptions-on-types": "off", ...}}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)

from gateway.schema_lint.finding import Level

PASCAL = re.compile(r"^_?[A-Z][A-Za-z0-9]*$")
CAMEL = re.compile(r"^_?[a-z][A-Za-z0-9]*$")
UPPER_SNAKE = re.compile(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")
VERBS = re.compile(r"^(get|list|fetch|find)[A-Z]")


@dataclass(frozen=True, slots=True)
class Element:
    """A place in the schema: its coordinate, what kind of thing it is and the thing itself."""

    kind: str
    coordinate: str
    name: str
    item: Any
    parent: GraphQLNamedType | None = None
    is_query_root: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check of elements of certain kinds, with its default level."""

    name: str
    kinds: frozenset[str]
    level: Level
    check: Callable[[Element], str | None]


def elements(schema: GraphQLSchema) -> Iterator[Element]:
    """Every element that a schema's author wrote, in the order of the schema."""
    for name, declared in schema.type_map.items():
        if is_introspection_type(declared) or is_specified_scalar_type(declared):
            continue
        yield Element("type", name, name, declared)
        yield from _members(name, declared, declared is schema.query_type)


def _members(name: str, declared: GraphQLNamedType, is_query: bool) -> Iterator[Element]:
    if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
        for key, field in declared.fields.items():
            place = f"{name}.{key}"
            yield Element("field", place, key, field, declared, is_query)
            for argument, value in field.args.items():
                yield Element("argument", f"{place}({argument}:)", argument, value, declared)
    elif isinstance(declared, GraphQLInputObjectType):
        for key, value in declared.fields.items():
            yield Element("input field", f"{name}.{key}", key, value, declared)
    elif isinstance(declared, GraphQLEnumType):
        for key, value in declared.values.items():
            yield Element("enum value", f"{name}.{key}", key, value, declared)


def _named(pattern: re.Pattern[str], style: str) -> Callable[[Element], str | None]:
    def check(element: Element) -> str | None:
        if pattern.match(element.name):
            return None
        return f"The {element.kind} {element.coordinate} should be written in {style}."

    return check


def _described(element: Element) -> str | None:
    if (element.item.description or "").strip():
        return None
    return f"The {element.kind} {element.coordinate} has no description."


def _deprecation_reason(element: Element) -> str | None:
    reason = element.item.deprecation_reason
    if reason is None or (reason.strip() and reason != "No longer supported"):
        return None
    return f"{element.coordinate} is deprecated without saying why and what to use instead."


def _no_verb(element: Element) -> str | None:
    if element.is_query_root and VERBS.match(element.name):
        return f"{element.coordinate} starts with a verb; a query field names what it returns."
    return None


def _no_type_prefix(element: Element) -> str | None:
    parent = element.parent
    if parent is not None and element.name.lower().startswith(parent.name.lower()):
        rest = element.name[len(parent.name) :]
        if rest and rest[0].isupper():
            return f"{element.coordinate} repeats the name of its type."
    return None


def _input_suffix(element: Element) -> str | None:
    if not isinstance(element.item, GraphQLInputObjectType):
        return None
    if element.name.endswith(("Input", "Filter", "Order", "OrderBy")):
        return None
    return f"Input type {element.name} should end in Input (or Filter, Order, OrderBy)."


def _no_type_suffix(element: Element) -> str | None:
    kind = type(element.item).__name__
    for suffix in ("Enum", "Interface", "Union"):
        if element.name.endswith(suffix) and element.name != suffix and suffix in kind:
            return f"{element.name} should not say in its name that it is of kind {suffix.lower()}."
    return None


_MEMBERS = frozenset({"field", "argument", "input field"})
_DEPRECABLE = frozenset({"field", "argument", "input field", "enum value"})

RULES: tuple[Rule, ...] = (
    Rule("type-names-pascal-case", frozenset({"type"}), Level.ERROR, _named(PASCAL, "PascalCase")),
    Rule("member-names-camel-case", _MEMBERS, Level.ERROR, _named(CAMEL, "camelCase")),
    Rule(
        "enum-values-upper-case",
        frozenset({"enum value"}),
        Level.ERROR,
        _named(UPPER_SNAKE, "UPPER_SNAKE_CASE"),
    ),
    Rule("deprecations-have-reasons", _DEPRECABLE, Level.ERROR, _deprecation_reason),
    Rule("descriptions-on-types", frozenset({"type"}), Level.WARN, _described),
    Rule("descriptions-on-fields", frozenset({"field"}), Level.WARN, _described),
    Rule("descriptions-on-enum-values", frozenset({"enum value"}), Level.OFF, _described),
    Rule("query-fields-without-verbs", frozenset({"field"}), Level.WARN, _no_verb),
    Rule("fields-without-type-prefix", frozenset({"field"}), Level.WARN, _no_type_prefix),
    Rule("input-types-suffix", frozenset({"type"}), Level.WARN, _input_suffix),
    Rule("type-names-without-kind", frozenset({"type"}), Level.WARN, _no_type_suffix),
)
