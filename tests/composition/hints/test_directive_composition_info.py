"""DIRECTIVE_COMPOSITION_INFO: A directive composes less than it could."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.DIRECTIVE_COMPOSITION_INFO,
        '@tag need not be composed by subgraph "a": it always is.',
        at="a:2:121",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag", "@composeDirective"]) @composeDirective(name: "@tag")
            type Query {
              q: Int
            }
        """,
    ),
    gives_none(
        HintCode.DIRECTIVE_COMPOSITION_INFO,
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo on FIELD_DEFINITION
            type Query {
              q: Int @foo
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
