"""LINK_IMPORT_NAME_MISMATCH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.LINK_IMPORT_NAME_MISMATCH,
        'The directive @tag goes by different names: "@tag" in "a", "@apolloTag" in "b".',
        at="a:2:27, b:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
            type Query {
              q: Int @tag(name: "x")
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@tag", as: "@apolloTag" }])
            type Query {
              r: Int @apolloTag(name: "x")
            }
        """,
    ),
    raises(
        Code.LINK_IMPORT_NAME_MISMATCH,
        "The directive @requiresScopes goes by different names: "
        '"@federation__requiresScopes" in "a", "@requiresScopes" in "b".',
        at="a:2:27, b:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int @federation__requiresScopes(scopes: [["x"]])
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
            type Query {
              r: Int @requiresScopes(scopes: [["x"]])
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@tag", as: "@apolloTag" }])
            type Query {
              q: Int @apolloTag(name: "x")
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@tag", as: "@apolloTag" }])
            type Query {
              r: Int @apolloTag(name: "x")
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@inaccessible", as: "@hide" }])
            type Query {
              q: Int @hide
              p: Int
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fd", import: ["@key"])
            type Query {
              q: T @fd__tag(name: "x")
            }
            type T @key(fields: "id") {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
