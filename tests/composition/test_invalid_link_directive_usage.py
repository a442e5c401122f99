"""INVALID_LINK_DIRECTIVE_USAGE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        'https://specs.apollo.dev/federation/v2.9 has no element "@nope" to import. Did you '
        'mean "Scope"?',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@nope"])
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        'https://specs.apollo.dev/federation/v2.9 has no element "key" to import. Did you '
        'mean "@key"?',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["key"])
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        '"@key" and "key" have to be both directives (with @) or both types.',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@key", as: "key" }])
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        'An import is written as a string, or as {name: "...", as: "..."}.',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [3])
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        'An import is written as a string, or as {name: "...", as: "..."}.',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ as: "@x" }])
            type Query {
              q: Int
            }
        """,
    ),
    *(
        raises(
            Code.INVALID_LINK_DIRECTIVE_USAGE,
            f'"{name}" cannot be the namespace of https://x.org/{name}/v1.0, as that has to be a '
            'name without "__": give it another one with "as".',
            at="a:1:15",
            a=f'extend schema @link(url: "https://x.org/{name}/v1.0")\ntype Query {{ q: Int }}',
        )
        for name in ("foo_", "f__o", "1foo", "föö")
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        '"a__b" cannot be the namespace of https://specs.apollo.dev/federation/v2.9: it has '
        'to be a name without "__".',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "a__b")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        '"https://specs.apollo.dev/federation" is linked twice.',
        at="a:2:27, a:3:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        '"@tag" is imported from https://specs.apollo.dev/federation/v2.9 and '
        "https://specs.apollo.dev/tag/v0.3.",
        at="a:2:27, a:3:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
            extend schema @link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"])
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_DIRECTIVE_USAGE,
        'https://specs.apollo.dev/federation/v2.0 has no element "@interfaceObject" to import.',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@interfaceObject"])
            type Query {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@key", as: "@primary" }, "FieldSet"])
            type Query {
              q: Int
            }
            type T @primary(fields: "id") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed")
            type Query {
              q: Int
            }
            type T @fed__key(fields: "id") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
            type Query {
              q: Int
            }
            type T @federation__key(fields: "id") {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
