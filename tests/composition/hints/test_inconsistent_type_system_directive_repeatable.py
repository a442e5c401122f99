"""INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE.

A composed directive is repeatable in some subgraphs only.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE,
        'The composed directive @foo is repeatable in some subgraphs only; the supergraph has the definition of "b".',
        at="a:3:13, b:3:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo repeatable on FIELD_DEFINITION
            type Query {
              q: Int @foo
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo on FIELD_DEFINITION
            type Query {
              r: Int @foo
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE,
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo repeatable on FIELD_DEFINITION
            type Query {
              q: Int @foo
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo repeatable on FIELD_DEFINITION
            type Query {
              r: Int @foo
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
