"""What the reader makes of supergraphs of different composers and versions."""

from __future__ import annotations

from graphql import parse

from gateway.plan.planner import Planner
from gateway.supergraph.model import Kind, TypeReference
from gateway.supergraph.read import read_supergraph

FIRST_VERSION = """
schema
  @core(feature: "https://specs.apollo.dev/core/v0.1")
  @core(feature: "https://specs.apollo.dev/join/v0.1")
{ query: Query }
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
scalar join__FieldSet
enum join__Graph {
  ACCOUNTS @join__graph(name: "accounts", url: "http://accounts")
  REVIEWS @join__graph(name: "reviews", url: "http://reviews")
}
type Query { me: User @join__field(graph: ACCOUNTS) latest: Review @join__field(graph: REVIEWS) }
type User
  @join__owner(graph: ACCOUNTS)
  @join__type(graph: ACCOUNTS, key: "id")
  @join__type(graph: REVIEWS, key: "id")
{
  id: ID! @join__field(graph: ACCOUNTS)
  name: Name @join__field(graph: ACCOUNTS)
  reviews: [Review!]! @join__field(graph: REVIEWS)
}
type Review @join__owner(graph: REVIEWS) @join__type(graph: REVIEWS, key: "id") {
  id: ID! @join__field(graph: REVIEWS)
  author: User @join__field(graph: REVIEWS)
  body: String @join__field(graph: REVIEWS)
}
type Name { first: String }
"""

RENAMED = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION, as: "j")
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY, import: [{name: "@inaccessible", as: "@private"}])
{ query: Root }
enum j__Graph { A_1_ @j__graph(name: "a-1", url: "http://a") B @j__graph(name: "b", url: "") }
type Root @j__type(graph: A_1_) @j__type(graph: B) {
  t: T @j__field(graph: A_1_)
  gone: Int @private @j__field(graph: B)
}
type T @j__type(graph: A_1_, key: "id") @j__type(graph: B, key: "id", newArgument: 3) {
  id: ID!
  moved: Int @j__field(graph: B, override: "never-there", futureArgument: true)
  listed: [[Int!]]! @j__field(graph: A_1_, type: "[[Int!]!]!") @unheardOf
}
"""

SECOND_VERSION = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.2", for: EXECUTION)
{ query: Query }
directive @join__field(graph: join__Graph!, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph {
  FILMS @join__graph(name: "films", url: "http://films")
  PRICES @join__graph(name: "prices", url: "http://prices")
}
type Query @join__type(graph: FILMS) @join__type(graph: PRICES) {
  media: [Media] @join__field(graph: FILMS)
  genre: Genre @join__field(graph: FILMS)
}
union Media @join__type(graph: FILMS) = Film | Song
enum Genre @join__type(graph: FILMS) { DRAMA COMEDY }
interface Titled @join__type(graph: FILMS) { title: String }
type Film implements Titled
  @join__implements(graph: FILMS, interface: "Titled")
  @join__type(graph: FILMS, key: "id")
  @join__type(graph: PRICES, key: "id", extension: true)
{
  id: ID!
  title: String @join__field(graph: FILMS)
  price: Int @join__field(graph: PRICES)
}
type Song @join__type(graph: FILMS) { length: Int }
"""

FIFTH_VERSION = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)
{ query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A) }
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") @context(name: "a__ctx") {
  id: ID!
  currency: String @join__field(graph: A)
  u: U @join__field(graph: A)
  moved: Int @join__field(graph: A) @join__field(graph: B, override: "a", overrideLabel: "percent(5)")
}
type U @join__type(graph: A, key: "id") {
  id: ID!
  price: Int @join__field(graph: A, contextArguments: [{context: "a__ctx", name: "in", type: "String", selection: " { currency }"}])
}
"""


def test_the_second_version_has_all_members_and_values_wherever_the_type_is() -> None:
    supergraph = read_supergraph(SECOND_VERSION)
    plan = Planner(supergraph).plan(
        parse("{ genre media { ... on Song { length } ... on Film { title price } } }")
    )
    assert [fetch.subgraph for fetch in plan.fetches] == ["films", "prices"]


def test_the_fifth_version_has_labels_and_contexts() -> None:
    supergraph = read_supergraph(FIFTH_VERSION)
    planner = Planner(supergraph)
    assert [f.subgraph for f in planner.plan(parse("{ t { moved } }")).fetches] == ["a"]
    plan = planner.plan(parse("{ t { u { price } } }"))
    assert {fetch.subgraph for fetch in plan.fetches} == {"a"}
    assert len(plan.fetches) == 2


def test_the_first_version_knows_owners() -> None:
    supergraph = read_supergraph(FIRST_VERSION)
    assert supergraph.types["User"].owner == "ACCOUNTS"
    plan = Planner(supergraph).plan(
        parse("{ me { name { first } reviews { author { id name { first } } } } }")
    )
    assert [fetch.subgraph for fetch in plan.fetches] == ["accounts", "reviews", "accounts"]


def test_features_may_be_renamed_and_unknown_arguments_are_ignored() -> None:
    supergraph = read_supergraph(RENAMED)
    assert supergraph.query == "Root"
    assert supergraph.urls() == {"a-1": "http://a", "b": ""}
    assert supergraph.types["Root"].fields["gone"].inaccessible
    listed = supergraph.types["T"].fields["listed"]
    assert listed.type == TypeReference("Int", (False, True, False))
    assert str(listed.joins[0].type) == "[[Int!]!]!"


def test_an_override_of_an_absent_subgraph_does_nothing() -> None:
    plan = Planner(read_supergraph(RENAMED)).plan(parse("{ t { moved } }"))
    assert [fetch.subgraph for fetch in plan.fetches] == ["a-1", "b"]


def test_only_types_of_subgraphs_are_in_the_model() -> None:
    types = read_supergraph(RENAMED).types
    assert [name for name, each in types.items() if each.kind is not Kind.SCALAR] == ["Root", "T"]


def test_a_type_without_joins_is_everywhere() -> None:
    supergraph = read_supergraph(FIRST_VERSION)
    assert supergraph.types["Name"].graphs() == ("ACCOUNTS", "REVIEWS")
    assert supergraph.possible_types["Name"] == ("Name",)
