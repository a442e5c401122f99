"""DIRECTIVE_DEFINITION_INVALID: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @key differently from its specification: it has the unknown '
        'argument "nope".',
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int
            }
            directive @key(nope: Int) on OBJECT
        """,
    ),
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @shareable differently from its specification: it allows '
        "SCALAR, but only OBJECT | FIELD_DEFINITION may be.",
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
            type Query {
              q: Int
            }
            directive @shareable on SCALAR
        """,
    ),
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @shareable differently from its specification: it has the '
        'unknown argument "x".',
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
            type Query {
              q: Int
            }
            directive @shareable(x: Int) on OBJECT | FIELD_DEFINITION
        """,
    ),
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @tag differently from its specification: its argument "name" '
        'is "Int!" instead of "String!".',
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
            type Query {
              q: Int
            }
            directive @tag(name: Int!) repeatable on OBJECT | FIELD_DEFINITION
        """,
    ),
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @key differently from its specification: the default of its '
        'argument "resolvable" is false instead of true.',
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int
            }
            directive @key(fields: federation__FieldSet!, resolvable: Boolean = false) repeatable on OBJECT | INTERFACE
            scalar federation__FieldSet
        """,
    ),
    raises(
        Code.DIRECTIVE_DEFINITION_INVALID,
        'Subgraph "a" defines @link differently from its specification: its argument "import" is '
        '"String" instead of a list.',
        at="a:2:13",
        a="""
            directive @link(url: String!, import: String) repeatable on SCHEMA
            type Query {
              q: Int
            }
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
        """,
    ),
    composes(
        a="""
            directive @link(url: String!, as: String, for: String, import: [String])
              repeatable on SCHEMA
            type Query {
              q: Int
            }
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int
            }
            directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
            scalar federation__FieldSet
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
            type Query {
              q: Int
            }
            directive @tag(name: String!) repeatable on FIELD_DEFINITION
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int
            }
            directive @key(fields: String!) repeatable on OBJECT
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
