"""Whatever the input: coded errors, never an exception, within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.composition.compose import compose
from gateway.composition.fieldset import FieldSetError, parse_field_set
from gateway.composition.links import parse_feature_url
from gateway.composition.source import Limits, SubgraphSource
from tests.composition.harness import header

_DEEP = 3000
_BOMBS = {
    "lists": f"type Query {{ q: {'[' * _DEEP}Int{']' * _DEEP} }}",
    "short lists": f"type Query {{ q: {'[' * 200}Int{']' * 200} }}",
    "values": f"type Query {{ q(x: D = {'[' * _DEEP}1{']' * _DEEP}): Int }} scalar D",
    "objects": f"type Query {{ q(x: D = {'{a:' * 300}1{'}' * 300}): Int }} scalar D",
    "field set": f'type T @key(fields: "{"a {" * _DEEP}b{"}" * _DEEP}") {{ a: T }}',
    "long field set": f'type T @key(fields: "{"id " * 50_000}") {{ id: ID }}',
    "unclosed": "type Query {",
    "empty": "",
    "null bytes": "type Query { q: Int }\x00",
    "lone surrogate": 'type Query { "\ud800" q: Int }',
    "big integer": f"type Query {{ q(x: Int = {'9' * 10_000}): Int }}",
    "cyclic keys": 'type Query { t: T } type T @key(fields: "u { t { u { x } } }") { u: U }'
    ' type U @key(fields: "t { u { t { u { x } } } }") { t: T x: Int }',
    "cyclic interfaces": "type Query { q: A } interface A implements B { x: Int }"
    " interface B implements A { x: Int }",
    "own interface": "type Query { q: A } interface A implements A { x: Int }",
    "cyclic inputs": "type Query { q(a: A): Int } input A { b: B! } input B { a: A! }",
    "link to nothing": 'extend schema @link(url: "") type Query { q: Int }',
    "link of links": 'extend schema @link(url: "https://specs.apollo.dev/link/v1.0", as: "federation")'
    " type Query { q: Int }",
    "fragments of nothing": 'type T @key(fields: "... on { x }") { x: Int }',
    "roots that are no objects": "schema { query: E } enum E { A }",
    "machinery": "type Query { _service: Int _entities: Int } scalar _Any union _Entity = Query",
}


@pytest.mark.parametrize("name", _BOMBS)
@pytest.mark.parametrize("linked", [True, False])
def test_bombs(name: str, linked: bool) -> None:
    text = (header() if linked else "") + _BOMBS[name]
    result = compose([SubgraphSource("a", "http://a.test", text, "a.graphql")])
    assert (result.supergraph_sdl is None) == bool(result.errors)


def test_keys_that_depend_on_each_other_too_deeply_to_follow() -> None:
    count = 600

    def chain(own: str) -> str:
        return "\n".join(
            f'type T{i} @key(fields: "next {{ id }}") {{'
            f" next: T{(i + 1) % count} @shareable {own} }}"
            for i in range(count)
        )

    a = header() + "type Query { t: T0 }\n" + chain("id: ID @external")
    b = header() + chain("id: ID x: Int")
    result = compose([SubgraphSource("a", "", a), SubgraphSource("b", "", b)])
    codes = {problem.code.name for problem in result.errors}
    assert codes <= {"MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED", "SATISFIABILITY_ERROR"}
    assert codes


def test_requirements_that_multiply_stay_bounded_and_never_get_weaker() -> None:
    objects = "\n".join(
        f'type A{i} implements I @requiresScopes(scopes: [["a{i}"], ["b{i}"]]) {{ f: Int }}'
        for i in range(40)
    )
    text = header() + "type Query { i: I } interface I { f: Int }\n" + objects
    result = compose([SubgraphSource("a", "", text)])
    assert result.supergraph_sdl is not None
    interface = result.supergraph_sdl.split("interface I\n")[1].split("}")[0]
    assert '"a0"' in interface
    assert '"b39"' in interface


def test_a_schema_of_too_many_tokens() -> None:
    result = compose(
        [SubgraphSource("a", "", "type Query { q: Int }" * 50)], limits=Limits(source_tokens=100)
    )
    assert [problem.code.name for problem in result.errors] == ["INVALID_GRAPHQL"]


def test_bytes_that_are_no_text() -> None:
    result = compose([SubgraphSource("a", "", b"type Query { q: Int \xff }")])
    assert [problem.code.name for problem in result.errors] == ["INVALID_GRAPHQL"]
    assert "UTF-8" in result.errors[0].message


def test_a_schema_beyond_the_limit_is_not_even_parsed() -> None:
    text = "type Query { q: Int }" + " " * 10_000
    result = compose([SubgraphSource("a", "", text)], limits=Limits(source_bytes=10_000))
    assert [problem.code.name for problem in result.errors] == ["INVALID_GRAPHQL"]


_WORDS = st.sampled_from(
    [
        *[
            "type",
            "interface",
            "union",
            "enum",
            "input",
            "scalar",
            "extend",
            "schema",
            "implements",
            "directive",
            "on",
        ],
        *[
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "!",
            "=",
            "|",
            "&",
            "@",
            "...",
            '"',
            "repeatable",
            "FIELD",
            "OBJECT",
            "FIELD_DEFINITION",
        ],
        *[
            "Query",
            "Mutation",
            "T",
            "U",
            "I",
            "E",
            "_Any",
            "federation__FieldSet",
            "id",
            "f",
            "g",
            "q",
            "Int",
            "String",
            "ID",
        ],
        *[
            "@key",
            "@requires",
            "@provides",
            "@external",
            "@shareable",
            "@override",
            "@inaccessible",
            "@tag",
        ],
        *[
            "@interfaceObject",
            "@link",
            "@composeDirective",
            "@context",
            "@fromContext",
            "@listSize",
            "@cost",
        ],
        '(fields: "id")',
        '(fields: "f { id }")',
        '(from: "a")',
        '(name: "x")',
        '(field: "$x { id }")',
        '(assumedSize: 3, slicingArguments: ["f"])',
        "type Query { q: T }",
        'type T @key(fields: "id") { id: ID! }',
        "true",
        "null",
        "3",
        "{a: 1}",
        "[]",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_WORDS, max_size=25).map(" ".join), min_size=1, max_size=3))
def test_word_salad(texts: list[str]) -> None:
    sources = [SubgraphSource(f"s{i}", "", header() + text) for i, text in enumerate(texts)]
    result = compose(sources)
    assert (result.supergraph_sdl is None) == bool(result.errors)


_FIELD_DIRECTIVES = st.sampled_from(
    [
        "",
        "",
        "",
        "@shareable",
        "@external",
        "@inaccessible",
        '@override(from: "s0")',
        '@override(from: "s1", label: "percent(5)")',
        '@requires(fields: "a")',
        '@requires(fields: "b { a }")',
        '@provides(fields: "a")',
        "@authenticated",
        '@requiresScopes(scopes: [["x"]])',
        '@tag(name: "t")',
        "@listSize(assumedSize: 2)",
        "@cost(weight: 2)",
    ]
)
_TYPES = st.sampled_from(["Int", "String!", "T", "U!", "[T]", "I", "[I!]!", "E", "N", "Missing"])


@st.composite
def _graph(draw: st.DrawFn) -> str:
    """A schema that parses, and is mostly nearly right."""

    def fields(names: str) -> str:
        lines = []
        for name in names:
            if draw(st.integers(0, 3)):
                arg = draw(st.sampled_from(["", "", "(x: Int)", "(x: E = A)", "(x: N!)"]))
                lines.append(f"  {name}{arg}: {draw(_TYPES)} {draw(_FIELD_DIRECTIVES)}")
        return "\n".join(["  id: ID!", *lines])

    key = st.sampled_from(
        ["", '@key(fields: "id")', '@key(fields: "a b { id }")', "@shareable", "@interfaceObject"]
    )
    parts = [f"type Query {{\n{fields('tuq').replace('  id: ID!', '  z: Int @shareable')}\n}}"]
    for name in "TU":
        implements = draw(st.sampled_from(["", "", " implements I"]))
        parts.append(f"type {name}{implements} {draw(key)} {{\n{fields('abc')}\n}}")
    kind = draw(st.sampled_from(["interface", "interface", "type"]))
    parts.append(f"{kind} I {draw(key)} {{\n{fields('a')}\n}}")
    parts.append(
        draw(st.sampled_from(["enum E { A B }", "enum E { A }", "enum E { A @inaccessible B }"]))
    )
    parts.append(draw(st.sampled_from(["input N { a: Int }", "input N { a: Int! b: E = B }"])))
    return "\n".join(parts)


@settings(max_examples=100, deadline=None)
@given(st.lists(_graph(), min_size=1, max_size=3))
def test_nearly_right_schemas(texts: list[str]) -> None:
    sources = [SubgraphSource(f"s{i}", "", header() + text) for i, text in enumerate(texts)]
    result = compose(sources)
    assert (result.supergraph_sdl is None) == bool(result.errors)
    assert compose(sources[::-1]) == result


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='abc{}()[]:,."@$! ..onidé\\#\n0-', max_size=60))
def test_field_sets_parse_or_say_why(text: str) -> None:
    try:
        tree, _ = parse_field_set(text)
    except FieldSetError as problem:
        assert problem.message
    else:
        assert tree


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_feature_urls_parse_or_do_not(text: str) -> None:
    for candidate in (text, f"https://x.org/{text}/v1.0", f"https://x.org/foo/v{text}"):
        url = parse_feature_url(candidate)
        assert url is None or parse_feature_url(str(url)) == url
