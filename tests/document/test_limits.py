"""Limits: each with its code, and cheap however large the number that comes out."""

from __future__ import annotations

import time

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from gateway.document.limits import Measure, check_limits, measure_operation
from gateway.document.operation import fragments_of
from gateway.document.parse import parse_document
from gateway.errors import ClientError
from gateway.settings.serving import Limits

SCHEMA = build_schema("type Query { a: Query b(x: [[Int]]): Query c: Int }")


def measure(text: str) -> Measure:
    document = parse(text)
    operation = next(
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    )
    return measure_operation(operation, fragments_of(document))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ c }", Measure(depth=1, height=1, root_fields=1)),
        ("{ a { a { c } } }", Measure(depth=3, height=3, root_fields=1)),
        ("{ c c x: c }", Measure(depth=1, height=2, aliases=1, root_fields=2)),
        ("{ ...F } fragment F on Query { a { c } }", Measure(depth=2, height=2, root_fields=1)),
        (
            "{ a { ...F } b { ...F } } fragment F on Query { x: c c @skip(if: false) }",
            Measure(depth=2, height=6, aliases=2, root_fields=2, directives=2),
        ),
        ("{ ... @include(if: true) { c } }", Measure(1, 1, 0, 1, 1)),
        ("query @x { c }", Measure(1, 1, 0, 1, 1)),
        (
            "{ __schema { types { fields { name } } } }",
            Measure(depth=1, height=1, root_fields=1, introspection_depth=4),
        ),
        ("{ ...Missing }", Measure()),
    ],
)
def test_measures(text: str, expected: Measure) -> None:
    assert measure(text) == expected


def bomb(levels: int) -> str:
    fragments = "".join(
        f"fragment F{n} on Query {{ x: a {{ ...F{n + 1} }} y: a {{ ...F{n + 1} }} }}"
        for n in range(levels)
    )
    return f"{{ ...F0 }} {fragments} fragment F{levels} on Query {{ c }}"


def test_fragments_that_double_are_measured_without_being_expanded() -> None:
    assert measure(bomb(100)).height == 3 * 2**100 - 2


@pytest.mark.parametrize(
    ("text", "limits", "code"),
    [
        ("{ a { a { c } } }", {"max_depth": 2}, "MAX_DEPTH_LIMIT"),
        ("{ a { c } b { c } }", {"max_height": 3}, "MAX_HEIGHT_LIMIT"),
        ("{ x: c y: c }", {"max_aliases": 1}, "MAX_ALIASES_LIMIT"),
        ("{ a { c } b { c } }", {"max_root_fields": 1}, "MAX_ROOT_FIELDS_LIMIT"),
        ("{ c @skip(if: false) }", {"max_directives": 0}, "MAX_DIRECTIVES_LIMIT"),
        (
            "{ __schema { types { name } } }",
            {"max_introspection_depth": 2},
            "MAX_INTROSPECTION_DEPTH_LIMIT",
        ),
        (bomb(100), {}, "MAX_DEPTH_LIMIT"),
        (bomb(100), {"max_depth": None}, "MAX_HEIGHT_LIMIT"),
    ],
)
def test_each_limit_has_its_code(text: str, limits: dict[str, int | None], code: str) -> None:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    with pytest.raises(ClientError) as refused:
        check_limits(operation, fragments_of(document), Limits.model_validate(limits))
    assert refused.value.code == code


def test_a_lifted_limit_lets_everything_pass() -> None:
    lifted = Limits(
        max_depth=None, max_height=None, max_aliases=None, max_root_fields=None, max_directives=None
    )
    document = parse("{ a { x: c y: c } }")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert check_limits(operation, {}, lifted).aliases == 2


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...A } fragment A on Query { a { ...B } } fragment B on Query { ...A }",
        "query X { c } query Y { ...F } fragment F on Query { a { ...F } }",
    ],
)
def test_fragments_in_circles_are_a_mistake(text: str) -> None:
    document = parse(text)
    with pytest.raises(ClientError, match="spreads itself") as refused:
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                measure_operation(each, fragments_of(document))
    assert refused.value.code == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ c }" + " " * 1000, "MAX_DOCUMENT_BYTES_LIMIT"),
        ("{ " + "c " * 200 + "}", "MAX_TOKENS_LIMIT"),
        ("{ c }" + "\n#" * 200, "MAX_TOKENS_LIMIT"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ('{ a(x: "\ud800") }', "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
    ],
)
def test_parsing_is_bounded(text: str, code: str) -> None:
    limits = Limits(parser_max_bytes=900, parser_max_tokens=100)
    with pytest.raises(ClientError) as refused:
        parse_document(text, limits)
    assert refused.value.code == code


@pytest.mark.parametrize("opening", ["{a", "{a(x:[", "{a(x:{y:", "query($x:["])
def test_deep_nesting_is_refused_without_exhausting_the_stack(opening: str) -> None:
    started = time.process_time()
    with pytest.raises(ClientError) as refused:
        parse_document(opening * 100_000, Limits(parser_max_tokens=10**6, parser_max_bytes=10**7))
    assert refused.value.code in ("GRAPHQL_PARSE_FAILED", "MAX_TOKENS_LIMIT")
    assert time.process_time() - started < 30
