"""DIRECTIVE_COMPOSITION_WARN: A composed directive may not do what was meant."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.DIRECTIVE_COMPOSITION_WARN,
        'The composed directive @foo is called "@bar" in subgraph "b", where it is not composed.',
        at="b:2:82, a:2:174",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo on FIELD_DEFINITION
            type Query {
              q: Int @foo
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") @link(url: "https://example.com/foo/v1.0", import: [{ name: "@foo", as: "@bar" }])
            directive @bar on FIELD_DEFINITION
            type Query {
              r: Int @bar
            }
        """,
    ),
    gives_none(
        HintCode.DIRECTIVE_COMPOSITION_WARN,
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"]) @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")
            directive @foo on FIELD_DEFINITION
            type Query {
              q: Int @foo
            }
        """,
        b="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") @link(url: "https://example.com/foo/v1.0", import: ["@foo"])
            directive @foo on FIELD_DEFINITION
            type Query {
              r: Int @foo
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
