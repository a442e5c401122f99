"""DISALLOWED_INACCESSIBLE: `@inaccessible` is applied to something built in."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.DISALLOWED_INACCESSIBLE,
        'The argument "@foo(name:)" cannot be @inaccessible.',
        at="a:3:28",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@inaccessible"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo(name: String @inaccessible) on FIELD_DEFINITION
            type Query {
              q: Int @foo(name: "x")
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            scalar Date @inaccessible
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
