"""The API schema: what is hidden, what stays."""

from __future__ import annotations

from graphql import GraphQLSchema, parse, print_schema, validate

from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

TEXT = '''
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.4", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  @link(url: "https://specs.apollo.dev/tag/v0.3")
  @link(url: "https://specs.example.com/colour/v1.0", import: ["@paint"])
{ query: Query mutation: Mutation }
directive @inaccessible on FIELD_DEFINITION | OBJECT
directive @tag(name: String!) repeatable on FIELD_DEFINITION
directive @paint(with: String) on FIELD_DEFINITION
directive @colour__mixed on FIELD_DEFINITION
directive @cached(ttl: Int) on FIELD | QUERY
directive @join__field(graph: join__Graph) on FIELD_DEFINITION
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
"""The root."""
type Query @join__type(graph: A) {
  "Shown."
  shown(limit: Int = 3 @deprecated(reason: "x"), hiddenArgument: Int @inaccessible): Shown @tag(name: "t")
  hidden: Int @inaccessible
  toHidden: Hidden
  either: Either
  colour(by: Input): Colour @paint(with: "red")
  when: When
  interface: Face
}
type Mutation @join__type(graph: A) @inaccessible { write: Int }
type Shown implements Face & Secret @join__type(graph: A) { a: Int @deprecated(reason: "old") b: Int }
type Hidden implements Face @join__type(graph: A) @inaccessible { a: Int }
interface Face @join__type(graph: A) { a: Int }
interface Secret @join__type(graph: A) @inaccessible { b: Int }
union Either @join__type(graph: A) = Shown | Hidden
enum Colour @join__type(graph: A) { RED INFRARED @inaccessible }
input Input @join__type(graph: A) @oneOf { red: Int blue: Int secret: Int @inaccessible }
scalar When @join__type(graph: A) @specifiedBy(url: "https://example.com/when")
'''

EXPECTED = '''"""The root."""
type Query {
  """Shown."""
  shown(limit: Int = 3 @deprecated(reason: "x")): Shown
  either: Either
  colour(by: Input): Colour
  when: When
  interface: Face
}

type Shown implements Face {
  a: Int @deprecated(reason: "old")
  b: Int
}

interface Face {
  a: Int
}

union Either = Shown

enum Colour {
  RED
}

input Input @oneOf {
  red: Int
  blue: Int
}

scalar When @specifiedBy(url: "https://example.com/when")
'''


def schema() -> GraphQLSchema:
    return public_schema(read_supergraph(TEXT))


def test_hidden_elements_and_those_of_features_go_and_the_rest_stays() -> None:
    printed = print_schema(schema())
    assert printed.startswith("directive @cached(ttl: Int) on FIELD | QUERY\n")
    assert printed[printed.index('"""The root."""') :].strip() == EXPECTED.strip()


def test_defer_is_known_to_clients() -> None:
    assert not validate(schema(), parse('{ ... @defer(label: "x") { shown { a } } }'))


def test_hidden_elements_cannot_be_asked_for() -> None:
    for query in ("{ hidden }", "{ toHidden { a } }", "{ shown(hiddenArgument: 1) { a } }"):
        assert validate(schema(), parse(query)), query
    assert schema().mutation_type is None
