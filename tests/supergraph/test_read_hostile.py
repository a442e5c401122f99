"""Whatever the text, reading ends in a supergraph or in one coded error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import Code, InternalError
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

HEAD = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
scalar join__FieldSet
"""


def refuse(text: str) -> InternalError:
    with pytest.raises(InternalError) as caught:
        public_schema(read_supergraph(text))
    assert caught.value.code is Code.INVALID_FEDERATION_SUPERGRAPH
    assert caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not parse"),
        ("{ a }", "join specification"),
        ("type Query { a: Int }", "join specification"),
        ("type Query { a: " + "[" * 5000 + "Int" + "]" * 5000 + " }", "nested too deeply"),
        (HEAD, "query root type"),
        (HEAD + "type Query @join__type(graph: Z) { a: Int }", "unknown Z"),
        (HEAD + "type Query @join__type(graph: A) { a: Nope }", "unknown type Nope"),
        (HEAD + 'type Query @join__type(graph: A, key: "}{") { a: Int }', "field set"),
        (HEAD + 'type Query @join__type(graph: A, key: "b") { a: Int }', "does not exist"),
        (HEAD + 'type Query @join__type(graph: A, key: "a { b }") { a: Int }', "is not"),
        (HEAD + 'type Query @join__type(graph: A, key: "x: a") { a: Int }', "alias"),
        (HEAD + "interface Query { a: Int }", "not an object"),
        (HEAD + "type Query { a: Int } type Query { b: Int }", "more than once"),
        (HEAD + "type Query { a: Int a: Int }", "more than once"),
        (HEAD + "type Query implements Missing { a: Int }", "not an interface"),
        (HEAD + "type Query { a: U } union U = Int", "no object"),
        (HEAD.replace("v0.3", "v7.0") + "type Query { a: Int }", "not supported"),
        (HEAD.replace("link/v1.0", 'unheard/v1.0", for: SECURITY, as: "x') + "", "does not know"),
        (HEAD + 'type Query { a: Int @join__field(graph: A, type: "[") }', "no type"),
        (HEAD + "type Query @inaccessible { a: Int }", "public schema"),
    ],
)
def test_refuses_with_a_reason(text: str, says: str) -> None:
    assert says in refuse(text).message


def test_connectors_are_refused_by_name() -> None:
    text = HEAD + 'type Query { a: Int @join__directive(graphs: [A], name: "connect", args: {}) }'
    assert "connectors" in refuse(text).message


@pytest.mark.parametrize(
    "link",
    [
        'url: "https://specs.apollo.dev/connect/v0.2", as: "http"',
        'url: "https://specs.apollo.dev/connect/v0.2", import: ["@source", {name: "@connect", as: "@http"}]',
    ],
)
def test_connectors_are_refused_by_whatever_name_their_subgraph_gives_them(link: str) -> None:
    applied = f'extend schema @join__directive(graphs: [A], name: "link", args: {{{link}}})'
    used = 'type Query { a: Int @join__directive(graphs: [A], name: "http", args: {}) }'
    assert "connectors" in refuse(f"{HEAD}{applied} {used}").message
    read_supergraph(HEAD + used)


SOUP = """
type interface union enum input Query A B { } ( ) : ! [ ] = | & @ " implements a b id
@join__type @join__field @join__implements @join__unionMember graph: A key: "id" requires: "a"
provides: "b" external: true type: "[Int]" String Int scalar schema extend directive on OBJECT
isInterfaceObject: true
"""
WORDS = st.sampled_from(SOUP.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40))
def test_no_other_exception_on_token_soup(words: list[str]) -> None:
    try:
        public_schema(read_supergraph(HEAD + "type Query { q: Int } " + " ".join(words)))
    except InternalError as error:
        assert error.code is Code.INVALID_FEDERATION_SUPERGRAPH


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_other_exception_on_hostile_field_sets(text: str) -> None:
    quoted = text.replace("\\", "").replace('"', "").replace("\n", " ")
    document = HEAD + f'type Query @join__type(graph: A, key: "{quoted}") {{ a: Int }}'
    try:
        read_supergraph(document)
    except InternalError as error:
        assert error.code is Code.INVALID_FEDERATION_SUPERGRAPH
