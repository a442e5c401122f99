"""Every hint: the smallest graph that gives it, and its level."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode, Level
from tests.composition.harness import Case, composes, run

_ENTITY = 'type Query { q: Int } type T @key(fields: "id") { id: ID! @shareable }'

CASES: dict[HintCode, Case] = {
    HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE: composes(
        a="type Query { q(x: Int = 1): Int @shareable }",
        b="type Query { q(x: Int): Int @shareable }",
    ),
    HintCode.INCONSISTENT_INPUT_OBJECT_FIELD: composes(
        a="type Query { q(i: I): Int } input I { a: Int b: Int }", b="input I { a: Int }"
    ),
    HintCode.INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM: composes(
        a="type Query { q(e: E): Int } enum E { A B }", b="enum E { A }"
    ),
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE: composes(
        a="directive @d on FIELD type Query { q: Int }", b="type Query { r: Int }"
    ),
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE: composes(
        a="directive @d on FIELD type Query { q: Int }",
        b="directive @d repeatable on FIELD type Query { r: Int }",
    ),
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS: composes(
        a="directive @d on FIELD | QUERY type Query { q: Int }",
        b="directive @d on FIELD type Query { r: Int }",
    ),
    HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION: composes(
        a="directive @d on QUERY type Query { q: Int }",
        b="directive @d on FIELD type Query { r: Int }",
    ),
    HintCode.INCONSISTENT_DESCRIPTION: composes(
        a='"A" type Query { q: Int }', b='"B" type Query { r: Int }'
    ),
    HintCode.INCONSISTENT_ARGUMENT_PRESENCE: composes(
        a="type Query { q(x: Int): Int @shareable }", b="type Query { q: Int @shareable }"
    ),
    HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST: composes(
        a='type Query { q: Int @override(from: "nobody") }'
    ),
    HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: composes(
        a='type Query { q: Int @deprecated(reason: "a") @shareable }',
        b='type Query { q: Int @deprecated(reason: "b") @shareable }',
    ),
    HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN: composes(
        a="""
            type Query { u: U @shareable }
            union U = A | B
            type A @shareable { x: Int }
            type B { y: Int }
        """,
        b="type Query { u: U @shareable } union U = A type A @shareable { x: Int }",
    ),
    HintCode.INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE: composes(
        a="type Query { q: Int! @shareable }", b="type Query { q: Int @shareable }"
    ),
    HintCode.INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE: composes(
        a="type Query { q(x: Int!): Int @shareable }", b="type Query { q(x: Int): Int @shareable }"
    ),
    HintCode.INCONSISTENT_ENTITY: composes(a=_ENTITY, b="type T { id: ID! @shareable }"),
    HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED: composes(
        a='type Query { q: Int @override(from: "b") }', b="type Query { q: Int }"
    ),
    HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED: composes(
        a='type Query { q: Int @override(from: "b") }', b="type Query { r: Int }"
    ),
    HintCode.OVERRIDE_MIGRATION_IN_PROGRESS: composes(
        a='type Query { q: Int @override(from: "b", label: "percent(2)") }',
        b="type Query { q: Int }",
    ),
    HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: composes(
        a='type Query { q: Int @shareable @requiresScopes(scopes: [["a"]]) }',
        b='type Query { q: Int @shareable @requiresScopes(scopes: [["b"]]) }',
    ),
    HintCode.DIRECTIVE_COMPOSITION_INFO: composes(
        a="""
            extend schema
              @link(
                url: "https://specs.apollo.dev/federation/v2.9",
                import: ["@tag", "@composeDirective"])
              @composeDirective(name: "@tag")
            type Query { q: Int }
        """
    ),
    HintCode.DIRECTIVE_COMPOSITION_WARN: composes(
        a="""
            extend schema
              @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
              @link(url: "https://example.com/foo/v1.0", import: ["@foo"])
              @composeDirective(name: "@foo")
            directive @foo on FIELD_DEFINITION
            type Query { q: Int @foo }
        """,
        b="""
            extend schema
              @link(url: "https://specs.apollo.dev/federation/v2.9")
              @link(url: "https://example.com/foo/v1.0", import: [{name: "@foo", as: "@bar"}])
            directive @bar on FIELD_DEFINITION
            type Query { r: Int @bar }
        """,
    ),
    HintCode.IMPLICITLY_UPGRADED_FEDERATION_VERSION: composes(
        a="""
            extend schema
              @link(url: "https://specs.apollo.dev/federation/v2.0")
              @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])
            type Query { q: Int @cost(weight: 3) }
        """
    ),
    HintCode.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: composes(
        a="""
            type Query { t: T }
            type T @key(fields: "id") @context(name: "c") { id: ID! u: U! p: String }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int @shareable
            }
        """,
        b='type U @key(fields: "id") { id: ID! f(x: String): Int @shareable }',
    ),
    HintCode.INCONSISTENT_OBJECT_VALUE_TYPE_FIELD: composes(
        a="type Query { q: Int } type T @shareable { a: Int b: Int }",
        b="type T @shareable { a: Int }",
    ),
    HintCode.INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD: composes(
        a="type Query { q: Int } interface T { a: Int b: Int }", b="interface T { a: Int }"
    ),
    HintCode.INCONSISTENT_UNION_MEMBER: composes(
        a="type Query { u: U } union U = A | B type A @shareable { a: Int } type B { b: Int }",
        b="union U = A type A @shareable { a: Int }",
    ),
    HintCode.INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM: composes(
        a="type Query { e: E } enum E { A B }", b="enum E { A }"
    ),
    HintCode.UNPLANNABLE_INTERFACE_SELECTION: composes(
        a="type Query { i: I } interface I { x: Int }"
    ),
    HintCode.UNUSED_ENUM_TYPE: composes(a="type Query { q: Int } enum E { A B }"),
}


@pytest.mark.parametrize("code", CASES)
def test_hint(code: HintCode) -> None:
    result = run(CASES[code])
    assert result.errors == ()
    found = [hint for hint in result.hints if hint.code is code]
    assert len(found) == 1
    assert found[0].message.endswith(("?", "."))
    assert found[0].locations


def test_levels() -> None:
    assert HintCode.INCONSISTENT_DESCRIPTION.value.level is Level.WARN
    assert HintCode.INCONSISTENT_ENTITY.value.level is Level.INFO
    assert HintCode.UNUSED_ENUM_TYPE.value.level is Level.DEBUG


def test_a_field_moved_by_override_names_a_near_miss() -> None:
    result = run(
        composes(products='type Query { q: Int @override(from: "product") }', reviews="scalar D")
    )
    assert result.hints[0].message.endswith('Did you mean "products"?')
