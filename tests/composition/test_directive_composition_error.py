"""DIRECTIVE_COMPOSITION_ERROR: A `@composeDirective` cannot be followed."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        "@foo is composed from different major versions of https://example.com/foo, which do "
        "not fit together.",
        at="a:2:188, b:2:188",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x") @shareable
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v2.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "y") @shareable
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        '@composeDirective in subgraph "a" cannot be followed: its argument "foo" has to '
        'begin with "@".',
        at="a:2:188",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        '@composeDirective in subgraph "a" cannot be followed: there is no directive @bar.',
        at="a:2:188",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@bar")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        '@composeDirective in subgraph "a" cannot be followed: its argument is empty.',
        at="a:2:188",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        '@composeDirective in subgraph "a" cannot be followed: @foo does not belong to a '
        "linked feature.",
        at="a:2:113",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x")
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        '@composeDirective in subgraph "a" cannot be followed: composing the federation '
        "directive @key is not supported.",
        at="a:3:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@key"])
            extend schema @composeDirective(name: "@key")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.DIRECTIVE_COMPOSITION_ERROR,
        "@foo of https://example.com/foo is composed under different names: @foo, @bar.",
        at="a:2:188, b:2:210",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x") @shareable
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: [{ name: "@foo", as: "@bar" }]) @composeDirective(name: "@bar")
            directive @bar(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @bar(name: "y") @shareable
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x")
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x") @shareable
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.2", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "y") @shareable
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x") @shareable
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@shareable"]) @link(url: "https://example.com/foo/v1.2", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String!) repeatable on OBJECT | FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "y") @foo(name: "x") @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
